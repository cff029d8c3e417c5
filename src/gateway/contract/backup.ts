/**
 * How an operator fetches a backup from a node that serves. The parts, put together, are the file.
 *
 * It holds everybody's secrets and business, so a platform account is not enough: whoever begins one also shows the key
 * that the operator has set. A part is told to who knows the backup's id, which is drawn and told to that one alone.
 */
import { Type } from '@sinclair/typebox';

import { StoreDamaged, DamagedEntry } from '../../store/ports.js';
import { refused, told } from '../answer.js';
import { isKey } from '../auth/same.js';
import { read } from './declare.js';
import { Count, fields } from './fields.js';

const BackupId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', rule: 'the id of a backup' });
const Key = Type.String({ minLength: 1, maxLength: 256, rule: 'the key of BACKSEAT_BACKUP_KEY' });

const running = () => refused('backup_running', 'a backup is being fetched from this node');
const none = () => refused('unavailable', 'this node makes no backups');

export const backupRequests = {
  'backup.begin': read({
    summary:
      'Begins a backup of all entries as they are now, for who also shows the operator’s key. One at a time; given up when ' +
      'nobody fetches it for a minute.',
    access: ['platform'],
    input: fields({ key: Key }),
    output: fields({ backup: BackupId, actors: Count, entries: Count }),
    errors: ['not_allowed', 'backup_running', 'backup_failed', 'unavailable'],
    limit: { perMinute: 2, burst: 4 },
    async run({ key }, { account, address }, { backups, log, settings }) {
      if (!backups) return none();
      if (!isKey(settings.backupKey, key)) {
        log.warn({ account, address }, 'a backup was asked for without its key');
        return refused('not_allowed', 'key: must be the key that the node’s operator has set in BACKSEAT_BACKUP_KEY');
      }
      log.warn({ account }, 'a backup of all entries is begun');
      return orWhy(async () => {
        const begun = await backups.begin();
        return begun === 'running' ? running() : told(begun);
      });
    },
  }),

  'backup.part': read({
    summary: 'The next part of a backup, or the last one once more. Parts are numbered from 0.',
    access: ['platform'],
    input: fields({ backup: BackupId, part: Count }),
    output: fields({ bytes: Type.String({ contentEncoding: 'base64' }), last: Type.Boolean() }),
    errors: ['unknown_backup', 'backup_failed', 'unavailable'],
    async run({ backup, part }, _call, { backups }) {
      if (!backups) return none();
      return orWhy(async () => {
        const found = await backups.part(backup, part);
        if (!found) return refused('unknown_backup', `${backup}: there is no part ${part}`);
        return told({ bytes: found.bytes.toString('base64'), last: found.last });
      });
    },
  }),
};

/** What is wrong with the journal is told: whoever makes backups must know. */
async function orWhy<T>(work: () => Promise<T>): Promise<T | ReturnType<typeof refused>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreDamaged || error instanceof DamagedEntry) return refused('backup_failed', error.message);
    throw error;
  }
}

/**
 * What a command says when it cannot go on: one line for what its user can put right, the stack for what he cannot.
 */
import { RequestRefused } from '../client/types.js';
import { RedisUnavailable } from '../cluster/unavailable.js';
import { BadSetting } from '../config.js';
import { UnreadablePast } from '../actors/runtime/memory.js';
import { CannotListen } from '../gateway/transport/port.js';
import { BadBackup } from '../jobs/backup/format.js';
import { BadFile } from '../jobs/csv/rejects.js';
import { DamagedEntry, StoreDamaged, StoreFailed, StoreUnavailable } from '../store/ports.js';

/** Something that the user of a command can put right; the message is one line. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** System errors that a user meets, in his words. */
const SYSTEM: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another process',
  EADDRNOTAVAIL: 'is not an address of this machine',
  EACCES: 'may not be used: permission denied',
  EPERM: 'may not be used: permission denied',
  EROFS: 'cannot be written: the file system is read-only',
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a folder',
  EISDIR: 'is a folder, not a file',
  ENOSPC: 'has no room left',
};

/** The words for an error, without a line break for what the user can put right. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (
    [
      CannotRun,
      BadSetting,
      BadFile,
      BadBackup,
      DamagedEntry,
      RequestRefused,
      CannotListen,
      RedisUnavailable,
      StoreDamaged,
      StoreFailed,
      StoreUnavailable,
      UnreadablePast,
    ].some((kind) => error instanceof kind)
  )
    return error.message;
  const { code, path, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const words = code === undefined ? undefined : SYSTEM[code];
  if (words === undefined) return error.stack ?? error.message;
  const what = path ?? (port === undefined ? error.message : `${address ?? ''}:${port}`);
  return `${what} ${words}`;
}

/** Tells the error on standard error and ends the process with exit code 1. */
export function fail(error: unknown): never {
  process.stderr.write(`backseat: ${explain(error)}\n`);
  process.exit(1);
}

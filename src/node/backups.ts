/**
 * Backups that a node makes while it serves: one at a time, handed out part by part as it is asked for, so that whoever
 * fetches it sets the pace and the node keeps no more than a part. One that nobody goes on fetching is given up.
 */
import type { Clock } from '../actors/runtime/clock.js';
import { beginBackup, type Backup } from '../jobs/backup/write.js';
import type { BackupTool } from '../gateway/tools.js';
import type { Store } from '../store/ports.js';

export interface Backups extends BackupTool {
  close(): void;
}

/** A part of a backup's file. */
interface Part {
  readonly bytes: Buffer;
  readonly last: boolean;
}

export interface BackupsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Bytes of a part: as text a half more, which still fits what may wait for the slowest reader that can be set. */
export const PART_BYTES = 36 * 1024;

/** A backup that nobody fetched for this long is given up, ms. */
export const IDLE_MS = 60_000;

/** The one that is under way. */
interface Running {
  readonly id: string;
  readonly backup: Backup;
  readonly chunks: AsyncIterator<Buffer, unknown>;
  rest: Buffer;
  /** The part told last, and its number. */
  told: { readonly number: number; readonly part: Promise<Part> } | undefined;
  /** Its last part was told: it is kept only to be told once more. */
  done: boolean;
}

export function openBackups({ store, clock, newId }: BackupsOptions): Backups {
  let running: Running | 'beginning' | undefined;
  let disarm: () => void = () => undefined;

  function end(): void {
    disarm();
    if (running !== undefined && running !== 'beginning') running.backup.bytes.destroy();
    running = undefined;
  }

  function arm(): void {
    disarm();
    disarm = clock.after(IDLE_MS, end);
  }

  async function read(from: Running): Promise<Part> {
    while (from.rest.length <= PART_BYTES) {
      const next = await from.chunks.next();
      if (next.done === true) {
        from.done = true;
        return { bytes: from.rest, last: true };
      }
      from.rest = Buffer.concat([from.rest, next.value]);
    }
    const bytes = from.rest.subarray(0, PART_BYTES);
    from.rest = from.rest.subarray(PART_BYTES);
    return { bytes, last: false };
  }

  return {
    async begin() {
      if (running === 'beginning' || running?.done === false) return 'running';
      end();
      running = 'beginning';
      try {
        const backup = await beginBackup(store, clock.now());
        const chunks: AsyncIterator<Buffer, unknown> = (backup.bytes as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
        const id = newId();
        running = { id, backup, chunks, rest: Buffer.alloc(0), told: undefined, done: false };
        arm();
        return { backup: id, actors: backup.header.actors, entries: backup.header.entries };
      } catch (error) {
        running = undefined;
        throw error;
      }
    },
    async part(backup, number) {
      if (running === undefined || running === 'beginning' || running.id !== backup) return undefined;
      const told = running.told?.number ?? -1;
      if (number !== told && number !== told + 1) return undefined;
      arm();
      if (number === told + 1) running.told = { number, part: read(running) };
      try {
        return await running.told?.part;
      } catch (error) {
        end();
        throw error;
      }
    },
    close: end,
  };
}

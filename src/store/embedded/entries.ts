/** Reads entries. What LevelDB gives back is believed only when its checksum fits. */
import { decodeEntry } from '../codec.js';
import { DamagedEntry, StoreDamaged, type ActorId, type Head, type StoredEntry } from '../ports.js';
import { keys, ownerOf, ranges } from './keys.js';
import { isCorruption, type Level } from './level.js';

/** Bytes that LevelDB reads ahead of a scan. */
const AHEAD = 256 * 1024;

export class Entries {
  private readonly level: Level;

  constructor(level: Level) {
    this.level = level;
  }

  /** Entries of one actor with seq > `after`, in order, at most `limit`. */
  async after(actor: ActorId, after: number, limit: number): Promise<readonly StoredEntry[]> {
    const rows = await guard(actor, after + 1, () =>
      this.level.iterator({ ...ranges.entriesAfter(actor, after), limit }).all(),
    );
    return rows.map(([key, text]) => decodeEntry(text, actor, ownerOf(key).seq));
  }

  /** The entry at `(actor, seq)`. */
  async at(actor: ActorId, seq: number): Promise<StoredEntry | undefined> {
    const text = await guard(actor, seq, () => this.level.get(keys.entry(actor, seq)));
    return text === undefined ? undefined : decodeEntry(text, actor, seq);
  }

  /** The entry of one actor that handled `commandId`. */
  async by(actor: ActorId, commandId: string): Promise<StoredEntry | undefined> {
    const seqText = await guard(actor, 0, () => this.level.get(keys.command(actor, commandId)));
    if (seqText === undefined) return undefined;
    const seq = Number(seqText);
    const entry = await this.at(actor, seq);
    if (entry?.commandId !== commandId) {
      throw new DamagedEntry(actor, seq, `the key of command ${commandId} names it, and it did not handle that`);
    }
    return entry;
  }

  /**
   * Every entry, by actor and seq, as of the moment when the first is asked for: an iterator holds its own snapshot.
   */
  async *all(): AsyncGenerator<StoredEntry, void, undefined> {
    let last: { actor: ActorId; seq: number } | undefined;
    try {
      const rows = this.level.iterator({ ...ranges.entries, highWaterMarkBytes: AHEAD });
      for await (const [key, text] of rows) {
        last = ownerOf(key);
        yield decodeEntry(text, last.actor, last.seq);
      }
    } catch (error) {
      if (!isCorruption(error)) throw error;
      if (last) throw damaged(last.actor, last.seq + 1, error);
      throw unreadable(error);
    }
  }

  /** The last seq of every actor, as of the moment when the first is asked for. */
  async *heads(): AsyncGenerator<Head, void, undefined> {
    let last: Head | undefined;
    try {
      for await (const key of this.level.keys({ ...ranges.entries, highWaterMarkBytes: AHEAD })) {
        const owner = ownerOf(key);
        if (last && last.actor !== owner.actor) yield last;
        last = owner;
      }
    } catch (error) {
      if (!isCorruption(error)) throw error;
      throw last ? damaged(last.actor, last.seq + 1, error) : unreadable(error);
    }
    if (last) yield last;
  }

  /** Entries of all actors behind `after`, by actor and seq, at most `limit`. */
  async page(after: Head | undefined, limit: number): Promise<readonly StoredEntry[]> {
    const gt = after === undefined ? ranges.entries.gt : keys.entry(after.actor, after.seq);
    try {
      const rows = await this.level.iterator({ ...ranges.entries, gt, limit, highWaterMarkBytes: AHEAD }).all();
      return rows.map(([key, text]) => {
        const { actor, seq } = ownerOf(key);
        return decodeEntry(text, actor, seq);
      });
    } catch (error) {
      if (!isCorruption(error)) throw error;
      throw after ? damaged(after.actor, after.seq + 1, error) : unreadable(error);
    }
  }
}

function unreadable(cause: unknown): StoreDamaged {
  return new StoreDamaged('the database cannot read the beginning of the journal', { cause });
}

async function guard<T>(actor: ActorId, seq: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isCorruption(error) ? damaged(actor, seq, error) : error;
  }
}

function damaged(actor: ActorId, seq: number, cause: unknown): DamagedEntry {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DamagedEntry(actor, seq, `the database cannot read it (${reason})`, { cause });
}

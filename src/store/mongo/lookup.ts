/**
 * Rows that entries met, read back from what a majority holds, by both keys: MongoDB does not say which one was taken
 * (ENGINE 4).
 */
import type { Model } from 'mongoose';

import { decodeEntry } from '../codec.js';
import { DamagedEntry, type ActorId, type Append, type EntryCore, type Handling, type StoredEntry } from '../ports.js';
import type { EntryDocument } from './documents.js';
import { keyOf, ownerOf } from './keys.js';

/** Keys in one question. */
const CHUNK = 256;

/** What an entry found in its place: the row, or that it cannot be read. */
export type Met = EntryCore | 'damaged';

/** The rows that were found, by both keys. */
export class Found {
  private readonly bySeq = new Map<string, Met>();
  private readonly byCommand = new Map<string, Met>();

  add(document: Pick<EntryDocument, '_id' | 'actor' | 'commandId' | 'entry'>): void {
    const met = decoded(document);
    this.bySeq.set(document._id, met);
    this.byCommand.set(`${document.actor} ${document.commandId}`, met);
  }

  /** By `(actor, seq)`, else by `(actor, commandId)`. */
  metBy({ entry: { actor, seq, commandId } }: Append): Met | undefined {
    return this.bySeq.get(keyOf(actor, seq)) ?? this.byCommand.get(`${actor} ${commandId}`);
  }
}

/** Rows at the seqs of `items`; with `byCommand` also those that handled their command ids. */
export async function lookUp(
  entries: Model<EntryDocument>,
  items: readonly Append[],
  { byCommand }: { readonly byCommand: boolean },
): Promise<Found> {
  const found = new Found();
  for (let from = 0; from < items.length; from += CHUNK) {
    const some = items.slice(from, from + CHUNK).map(({ entry }) => entry);
    const bySeq = {
      actor: { $in: [...new Set(some.map(({ actor }) => actor))] },
      _id: { $in: some.map(({ actor, seq }) => keyOf(actor, seq)) },
    };
    const commands = byCommand ? some.map(({ actor, commandId }) => ({ actor, commandId })) : [];
    for (const document of await entries.find({ $or: [bySeq, ...commands] }).lean()) found.add(document);
  }
  return found;
}

/** The entries that handled commands, in their order. Throws {@link DamagedEntry}. */
export async function lookUpCommands(
  entries: Model<EntryDocument>,
  handlings: readonly Handling[],
): Promise<readonly (EntryCore | undefined)[]> {
  const found = new Map<string, EntryCore>();
  for (let from = 0; from < handlings.length; from += CHUNK) {
    const commands = new Map<ActorId, string[]>();
    for (const { actor, commandId } of handlings.slice(from, from + CHUNK)) {
      commands.set(actor, [...(commands.get(actor) ?? []), commandId]);
    }
    const $or = [...commands].map(([actor, ids]) => ({ actor, commandId: { $in: ids } }));
    for (const { _id, actor, commandId, entry } of await entries.find({ $or }).lean()) {
      found.set(`${actor} ${commandId}`, decodeStored(entry, actor, ownerOf(_id).seq, commandId));
    }
  }
  return handlings.map(({ actor, commandId }) => found.get(`${actor} ${commandId}`));
}

function decoded({ _id, entry, commandId }: Pick<EntryDocument, '_id' | 'entry' | 'commandId'>): Met {
  const { actor, seq } = ownerOf(_id);
  try {
    return decodeStored(entry, actor, seq, commandId);
  } catch (error) {
    if (error instanceof DamagedEntry) return 'damaged';
    throw error;
  }
}

/** The entry of a document whose keys say what its text says. Throws {@link DamagedEntry}. */
export function decodeStored(text: string, actor: ActorId, seq: number, commandId: string): StoredEntry {
  const entry = decodeEntry(text, actor, seq);
  if (entry.commandId === commandId) return entry;
  throw new DamagedEntry(actor, seq, `the key of command ${commandId} names it, and it did not handle that`);
}

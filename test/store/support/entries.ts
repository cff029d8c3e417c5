import { encodeEntry } from '../../../src/store/codec.js';
import type { ActorId, Append, AppendResult, Entry, Store } from '../../../src/store/ports.js';

/** An entry of `actor` at `seq`, with all fields filled. */
export function entryOf(actor: ActorId, seq: number, over: Partial<Entry> = {}): Entry {
  return {
    actor,
    seq,
    epoch: 'n_1/1',
    commandId: `passenger:p_1:${actor}-${seq}`,
    type: 'placeSale',
    hash: '0f0f',
    at: 1_795_000_000_000 + seq,
    events: [{ type: 'saleReserved', v: 2, data: { sale: `s_${seq}`, lines: [{ slot: 3, units: 1 }] } }],
    reply: { ok: true, value: { sale: `s_${seq}` } },
    outbox: [{ to: 'wallet:p_1', type: 'charge', input: { amount: 250 }, due: 7, hop: 1, reply: 'charged', note: seq }],
    closes: [`${actor}/0/0`],
    moves: [{ from: 'wallet:p_1', to: `${actor}/held`, unit: 'CNY', quantity: 250 }],
    pushes: { box: seq - 1 },
    ...over,
  };
}

/** An entry ready to append. */
export function item(entry: Entry, wake?: number): Append {
  const text = encodeEntry(entry);
  return wake === undefined ? { entry, text } : { entry, text, wake };
}

/** Entries `from` to `to` of one actor, ready to append. */
export function run(actor: ActorId, from: number, to: number, over: Partial<Entry> = {}): Append[] {
  return Array.from({ length: to - from + 1 }, (_, i) => item(entryOf(actor, from + i, over)));
}

/** Results in short: `stored`, `unknown`, `met 3`. */
export function short(results: readonly AppendResult[]): string[] {
  return results.map((result) => (result.state === 'collided' ? `met ${result.met.seq}` : result.state));
}

/** The seqs that an actor has in the journal. */
export async function seqsOf(store: Store, actor: ActorId): Promise<number[]> {
  return (await store.journal.read(actor, 0, 10_000)).map((entry) => entry.seq);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

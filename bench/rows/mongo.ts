/** What mongo-1, mongo-64 and mongo-1024 share: the journal on MongoDB's protocol in turn with the bare driver. */
import mongoose from 'mongoose';

import { encodeEntry } from '../../src/store/codec.js';
import { openMongo } from '../../src/store/mongo/index.js';
import { keyOf } from '../../src/store/mongo/keys.js';
import type { Append, Entry } from '../../src/store/ports.js';
import { mongoServer, NO_SERVER, type MongoServer } from '../../test/support/mongo/server.js';
import { inTurn } from '../kit/rounds.js';
import { atLeast, type Absent, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';

/** Inserts a batch; resolves when it is durable. */
type Insert = (items: readonly Append[]) => Promise<unknown>;

/** The row of a number of callers that wait: group commit makes one batch of them. */
export function mongoRow(waiting: number): Row {
  return {
    id: `mongo-${waiting}`,
    name: `Journal on MongoDB's protocol: ${waiting} waiting`,
    unit: 'durable entries/s',
    referenceName: 'insertMany of the bare driver, the same documents and indexes',
    aim: atLeast(0.6),
    leavesOut:
      'The engine. The server is on this machine and shares its cores; where it is FerretDB, it is SQLite that is measured, and ' +
      'no majority is waited for.',
    run: (sizes) => measure(waiting, sizes),
  };
}

async function measure(waiting: number, { rounds, warmMs, measureMs }: Sizes): Promise<Measured | Absent> {
  const ends: (() => unknown)[] = [];
  try {
    const server = await mongoServer({ teardown: (end) => ends.unshift(end) });
    if (!server) return { absent: NO_SERVER };
    const found = await inTurn(
      rounds,
      () => ours(server, (insert) => speed(insert, waiting, warmMs, measureMs)),
      () => bare(server, (insert) => speed(insert, waiting, warmMs, measureMs)),
    );
    return {
      ...found,
      load: `${waiting} entries of as many actors in a batch, one batch after the other, ${server.what}`,
    };
  } finally {
    for (const end of ends) await end();
  }
}

async function ours(server: MongoServer, work: (insert: Insert) => Promise<number>): Promise<number> {
  const store = await openMongo(server.database(), { collections: [] });
  try {
    return await work((items) => store.journal.append(items));
  } finally {
    await store.close();
  }
}

/** On a database with the same indexes. */
async function bare(server: MongoServer, work: (insert: Insert) => Promise<number>): Promise<number> {
  const url = server.database();
  await (await openMongo(url, { collections: [] })).close();
  const client = new mongoose.mongo.MongoClient(url, { writeConcern: { w: 'majority', journal: true } });
  try {
    const journal = client.db().collection<{ _id: string }>('journal');
    return await work((items) => journal.insertMany(items.map(documentOf)));
  } finally {
    await client.close();
  }
}

/** Durable entries a second: what is between the batches does not count. */
async function speed(insert: Insert, waiting: number, warmMs: number, measureMs: number): Promise<number> {
  let seq = 0;
  const run = async (forMs: number): Promise<number> => {
    let [spent, stored] = [0, 0];
    while (spent < forMs) {
      seq++;
      const batch = Array.from({ length: waiting }, (_, i) => entryOf(`device:d_${i}`, seq));
      const began = performance.now();
      await insert(batch);
      spent += performance.now() - began;
      stored += waiting;
    }
    return stored / (spent / 1_000);
  };
  await run(warmMs);
  return run(measureMs);
}

function documentOf({ entry: { actor, seq, commandId, at }, text }: Append) {
  return { _id: keyOf(actor, seq), actor, commandId, at: new Date(at), entry: text };
}

/** An entry of about the length that a sale's have: 900 bytes. */
function entryOf(actor: Entry['actor'], seq: number): Append {
  const lines = Array.from({ length: 3 }, (_, slot) => ({
    slot,
    product: `pr_${slot}00000000000000000000`,
    units: 2,
    price: 750,
  }));
  const entry: Entry = {
    ...{ actor, seq, epoch: 'n_1/1', commandId: `passenger:p_000000000000000000000:c_${seq}`, type: 'placeSale' },
    ...{ hash: '0123456789abcdef0123456789abcdef', at: 1_795_000_000_000 + seq },
    events: [{ type: 'saleReserved', data: { sale: `s_${seq}`, passenger: 'p_000000000000000000000', lines } }],
    reply: { ok: true, value: { sale: `s_${seq}`, total: 4_500, currency: 'CNY' } },
    outbox: [
      {
        to: actor,
        type: 'expire',
        input: { sale: `s_${seq}` },
        due: 1_795_000_300_000,
        hop: 0,
        label: `expire/s_${seq}`,
      },
    ],
    ...{ closes: [], moves: [], pushes: { owner: seq - 1 } },
  };
  return { entry, text: encodeEntry(entry) };
}

/**
 * Run as a process of its own, under the shim: fills a store until LevelDB has begun a new log, and made tables of the
 * old one, several times, and reads it meanwhile. Tells a line of each thing that is done, and ends like the product's
 * commands: with one line where the store cannot go on. `node fill-store.js <folder> <what is refused once it is open>`.
 */
import { Buffer } from 'node:buffer';
import { openSync, writeSync } from 'node:fs';
import process from 'node:process';

import { fail } from '#built/commands/failure.js';
import { encodeEntry } from '#built/store/codec.js';
import { openEmbedded } from '#built/store/embedded/index.js';

const ACTOR = 'device:d_1';
const CONTROL = { file: process.env.SHIM_CONTROL, refuses: 3 * 8 };
/** As large as two of LevelDB's logs, and half: to begin the third it must have done with the first. */
const ENTRIES = 80;
const LARGE = 'x'.repeat(512 * 1024);

const [folder = '', refuse = '0'] = process.argv.slice(2);

function tell(what, more) {
  process.stdout.write(`${JSON.stringify({ what, ...more })}\n`);
}

/** From now on this call is refused. */
function refuses(call) {
  const number = Buffer.alloc(8);
  number.writeBigInt64LE(BigInt(call));
  writeSync(openSync(CONTROL.file, 'r+'), number, 0, number.length, CONTROL.refuses);
}

function entryOf(seq) {
  return {
    ...{ actor: ACTOR, seq, epoch: 'e', commandId: `c${seq}`, type: 'fill', hash: 'h', at: 0 },
    ...{ reply: { ok: true, value: LARGE }, events: [], outbox: [], closes: [], moves: [], pushes: {} },
  };
}

try {
  const store = await openEmbedded(folder, { collections: [] });
  let stored = 0;
  for await (const { seq } of store.journal.scan()) stored = seq;
  tell('open', { stored });
  if (refuse !== '0') refuses(refuse);
  for (let seq = stored + 1; refuse !== 'nothing' && seq <= stored + ENTRIES; seq++) {
    const entry = entryOf(seq);
    const [result] = await store.journal.append([{ entry, text: encodeEntry(entry) }]);
    if (result?.state === 'stored') tell('put', { stored: seq });
    // From a table. What cannot be read is no end: the next write tells.
    await store.journal.read(ACTOR, 0, 1).catch(() => undefined);
  }
  await store.close();
  tell('closed');
} catch (error) {
  fail(error);
}

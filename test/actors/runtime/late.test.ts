/**
 * ENGINE 17, where an owner died with writes on their way: what arrives when the next owner has long begun is found,
 * and what it promises is kept.
 */
import t from 'tap';

import { encodeEntry } from '../../../src/store/codec.js';
import type { Entry } from '../../../src/store/ports.js';
import { Lab } from '../../support/lab.js';

/** An owner's entry reaches the store now; `marked`: with a marker of its own. */
async function arrive(lab: Lab, seq: number, marked: boolean): Promise<void> {
  const at = lab.clock.now() - 3_000;
  const entry: Entry = {
    ...{ actor: 'tally:late', seq, epoch: 'former.0', commandId: `driver:dr_9:c${seq}`, type: 'send', hash: '', at },
    ...{ events: [], reply: { ok: true, value: null }, closes: [], moves: [], pushes: {} },
    outbox: [{ to: 'tally:other', type: 'note', input: { text: `promised by ${seq}` }, due: at, hop: 1 }],
  };
  const item = { entry, text: encodeEntry(entry), ...(marked && { wake: at }) };
  const [result] = await lab.clock.settle(lab.store.open().journal.append([item]));
  if (result?.state !== 'stored') throw new Error('the former owner’s entry was not stored');
}

t.test('a promise that is stored late, when its time has been looked at, is kept', async (t) => {
  const lab = new Lab();
  await lab.clock.advance(10_000);
  await arrive(lab, 1, true);
  await lab.clock.advance(60_000);
  t.same(await lab.read('tally:other', 'log'), ['promised by 1']);
});

t.test('so it is when the actor’s past was read before it came', async (t) => {
  const lab = new Lab();
  t.equal(await lab.read('tally:late', 'sum'), 0);
  await lab.clock.advance(10_000);
  await arrive(lab, 1, true);
  await lab.clock.advance(60_000);
  t.same(await lab.read('tally:other', 'log'), ['promised by 1']);
  t.match(lab.problems, [{ what: 'foreign_owner' }], 'the operator is told');
});

t.test('so it is when it rests on the marker of an entry that came in time', async (t) => {
  const lab = new Lab();
  lab.handle.crash();
  await arrive(lab, 1, true);
  lab.handle = lab.store.open();
  lab.system = lab.begin(lab.handle);
  await lab.clock.advance(10_000);
  t.same(await lab.read('tally:other', 'log'), ['promised by 1']);
  await arrive(lab, 2, false);
  await lab.clock.advance(700_000);
  t.same(await lab.read('tally:other', 'log'), ['promised by 1', 'promised by 2']);
});

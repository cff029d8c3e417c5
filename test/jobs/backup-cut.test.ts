/** Which entries a backup holds, while others write: with whoever handled something, whoever caused it. */
import fc from 'fast-check';
import t from 'tap';

import { handledBy } from '../../src/jobs/backup/causes.js';
import { closedCut, entriesWithin, type Cut } from '../../src/jobs/backup/cut.js';
import { entryOf } from '../store/support/entries.js';
import { seeded } from '../store/support/clock.js';
import { ACTORS, World } from './backup-world.js';
import { collect } from '../store/support/entries.js';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** A cut of a world that goes on, and what was there when it was asked for. */
async function cutOf(world: World): Promise<{ readonly cut: Cut; readonly before: Cut }> {
  const before = new Map([...world.entries].map(([actor, { length }]) => [actor, length]));
  return { cut: await closedCut(world), before };
}

t.test(`seed ${seed}: whatever is written meanwhile, what led to an entry of the cut is in it`, async (t) => {
  const histories = fc.record({ world: fc.integer(), past: fc.nat(40), pace: fc.integer({ min: 1, max: 12 }) });
  await fc.assert(
    fc.asyncProperty(histories, async ({ world: own, past, pace }) => {
      const world = new World(seeded(own), pace);
      world.live(past);
      const { cut, before } = await cutOf(world);
      const lacking = world.lacking(cut);
      if (lacking.length > 0) throw new Error(lacking.join(', '));
      for (const [actor, seq] of before) if ((cut.get(actor) ?? 0) < seq) throw new Error(`${actor} lacks its past`);
      const entries = await collect(entriesWithin(world, cut));
      const expected = ACTORS.flatMap((actor) => (world.entries.get(actor) ?? []).slice(0, cut.get(actor) ?? 0));
      if (entries.length !== expected.length || entries.some((entry, i) => entry !== expected[i])) {
        throw new Error('the entries of the cut are not those that it names');
      }
    }),
    { seed, numRuns: 150 },
  );
  // The same readings without a closer look are no cut: so the worlds above do put it to the test.
  let lacking = 0;
  const random = seeded(seed);
  for (let i = 0; i < 100; i++) {
    const world = new World(random, 12);
    world.live(20);
    const heads = new Map((await collect(world.heads())).map(({ actor, seq }) => [actor, seq]));
    if (world.lacking(heads).length > 0) lacking += 1;
  }
  t.ok(lacking > 50, `${lacking} of 100 plain readings lack something`);
});

t.test('an entry that is missing is named, and no backup is made of such a journal', async (t) => {
  const world = new World(seeded(1), 0);
  world.live(60);
  const cut = await closedCut(world);
  const own = world.entries.get('c:1')!;
  const [third] = own.splice(2, 1);
  await t.rejects(collect(entriesWithin(world, cut)), { name: 'StoreDamaged', message: 'entry 3 of c:1 is missing' });
  own.splice(2, 0, third!);
  own.pop();
  await t.rejects(collect(entriesWithin(world, cut)), /^Error: entry \d+ of c:1 is missing|is missing$/);
  world.entries.delete('f:1');
  world.entries.set('c:1', []);
  await t.rejects(collect(entriesWithin(world, cut)), /entries of 2 actors were there and are not/);
});

t.test('a reply that nobody gave is named', async (t) => {
  const world = new World(seeded(1), 0);
  let readings = 0;
  const journal = {
    async *heads() {
      if (readings++ > 0) yield { actor: 'a:1', seq: 1 } as const;
    },
    read: async () => [entryOf('a:1', 1, { commandId: 'b:1:a:1/1/0/reply' })],
    find: world.find.bind(world),
  };
  await t.rejects(closedCut(journal), { message: 'entry 1 of a:1 handled a reply of b:1 that b:1 never gave' });
});

t.test('a command id says which message it is, and a client’s is none', async (t) => {
  t.same(handledBy('device:d_1:device:d_1/7/0'), { id: 'device:d_1/7/0', sender: 'device:d_1', seq: 7 });
  t.same(handledBy('wallet:p_1:device:d_1/7/12/reply'), {
    ...{ id: 'device:d_1/7/12', sender: 'device:d_1', seq: 7, replier: 'wallet:p_1' },
  });
  t.same(handledBy('effect:provider:payment:pay_1/2/0/reply')?.replier, 'effect:provider');
  t.equal(handledBy('passenger:p_1:V1StGXR8_Z5jdHi6B-myT'), undefined);
  t.equal(handledBy('provider:sandbox:n.1'), undefined);
});

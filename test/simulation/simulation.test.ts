/**
 * The business on the real engine, on one node and on three, with every fault drawn from a seed. `npm run simulate`
 * runs many more; `SEED=n` runs one again.
 */
import t from 'tap';

import { guards } from './guards.js';
import { playSeeds } from './jobs.js';
import { runSeed, type SeedResult } from './run.js';

const chosen = process.env['SEED'];
const seeds = chosen === undefined ? [1, 2, 3] : [Number(chosen)];
const results: SeedResult[] = [];

for (const nodes of [1, 3]) {
  t.test(
    `${nodes} nodes, whatever goes wrong: nothing acknowledged is lost or applied twice, the books balance`,
    async (t) => {
      for (const seed of seeds) {
        const result = await runSeed(seed, nodes);
        const { violations, commands } = result;
        t.same(violations, [], `seed ${seed}: ${commands} commands answered`);
        t.ok(commands >= 100, `seed ${seed} has at least 100 commands`);
        results.push(result);
      }
    },
  );
}

t.test('the same seed gives the same trace', async (t) => {
  const last = results.at(-1);
  t.same(await runSeed(last?.seed ?? 0, 3), last);
  t.not(results[0]?.hash, last?.hash);
});

t.test('seeds that are played side by side are told in their order, with the same results', async (t) => {
  const alone = results.slice(0, seeds.length);
  const together: SeedResult[] = [];
  await playSeeds({ from: seeds[0] ?? 1, seeds: seeds.length, nodes: 1, jobs: 2 }, (result) => together.push(result));
  t.same(together, alone);
});

for (const guard of guards) {
  t.test(`without ${guard.rule}, a violation shows`, async (t) => {
    let caught: string | undefined;
    let seed = guard.from;
    const last = seed + 199;
    for (; caught === undefined && seed <= last; seed++) [caught] = (await runSeed(seed, 3, guard)).violations;
    t.ok(caught, `seed ${seed - 1}: ${caught ?? 'nothing'}`);
  });
}

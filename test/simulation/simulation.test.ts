/**
 * The business on the real engine, on one node and on three, with every fault drawn from a seed. `npm run simulate` runs
 * many more; `SEED=n` runs one again.
 */
import t from 'tap';

import { guards, type Guard } from './guards.js';
import { runSeed } from './run.js';

const chosen = process.env['SEED'];
const some = (count: number) =>
  chosen === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(chosen)];

for (const { nodes, seeds } of [
  { nodes: 1, seeds: some(6) },
  { nodes: 3, seeds: some(6) },
]) {
  t.test(
    `${nodes} nodes, whatever goes wrong: nothing acknowledged is lost or applied twice, the books balance`,
    async (t) => {
      for (const seed of seeds) {
        const { violations, commands } = await runSeed(seed, nodes);
        t.same(violations, [], `seed ${seed}: ${commands} commands answered`);
        t.ok(commands >= 100, `seed ${seed} has at least 100 commands`);
      }
    },
  );
}

t.test('the same seed gives the same trace', async (t) => {
  const [first, second, other] = [await runSeed(7, 3), await runSeed(7, 3), await runSeed(8, 1)];
  t.same(second, first);
  t.not(other.hash, first.hash);
});

/** Where the search begins, so that it is short: found by beginning at 1. */
const begins: Partial<Record<Guard, number>> = {
  'rule 6: unknown entries are sent again as they were': 19,
  'rule 17: promises are found where their actor moved to': 18,
};

for (const guard of guards) {
  t.test(`without ${guard}, a violation shows`, async (t) => {
    let caught: string | undefined;
    let seed = begins[guard] ?? 1;
    const last = seed + 199;
    for (; caught === undefined && seed <= last; seed++) [caught] = (await runSeed(seed, 3, guard)).violations;
    t.ok(caught, `seed ${seed - 1}: ${caught ?? 'nothing'}`);
  });
}

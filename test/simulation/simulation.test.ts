/**
 * The business on the real engine, with every fault drawn from a seed. `npm run simulate` runs many
 * more; `SEED=n` runs one again.
 */
import t from 'tap';

import { guards } from './guards.js';
import { runSeed } from './run.js';

const chosen = process.env['SEED'];
const seeds = chosen === undefined ? Array.from({ length: 25 }, (_, i) => i + 1) : [Number(chosen)];

t.test('whatever goes wrong: nothing acknowledged is lost, nothing applied twice, the books balance', async (t) => {
  for (const seed of seeds) {
    const { violations, commands } = await runSeed(seed);
    t.same(violations, [], `seed ${seed}: ${commands} commands answered`);
    t.ok(commands >= 100, `seed ${seed} has at least 100 commands`);
  }
});

t.test('the same seed gives the same trace', async (t) => {
  const [first, second, other] = [await runSeed(7), await runSeed(7), await runSeed(8)];
  t.same(second, first);
  t.not(other.hash, first.hash);
});

for (const guard of guards) {
  t.test(`without ${guard}, a violation shows`, async (t) => {
    let caught: string | undefined;
    let seed = 0;
    while (caught === undefined && ++seed <= 200) [caught] = (await runSeed(seed, guard)).violations;
    t.ok(caught, `seed ${seed}: ${caught ?? 'nothing'}`);
  });
}

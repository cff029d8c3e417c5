/**
 * The kill test in its short form; `npm run torture` kills more often. Runs the built server; `SEED=n` runs one again.
 */
import t from 'tap';

import { torture } from './run.js';
import { LEAST_IN_FLIGHT, SMALL } from './stand.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

t.test(
  'R2, R4, R5: killed under load, a server keeps all that it acknowledged, once, every promise and every payment',
  { timeout: 240_000 },
  async (t) => {
    const { rounds, stored, lost, acknowledged, rest, ...report } = await torture({ rounds: 3, seed, size: SMALL });
    t.same(report.violations, [], `seed ${seed}, data in ${report.folder}`);
    t.same(report.missing, [], 'the kills hit all that they must');
    t.ok(rounds.length >= 3);
    for (const { inFlight } of rounds) t.ok(inFlight >= LEAST_IN_FLIGHT, `${inFlight} commands in flight at the kill`);
    t.ok(stored > 0 && lost > 0, `of those asked again ${stored} had been stored, ${lost} had not`);
    t.ok(acknowledged > 0 && rest.entries > acknowledged, `${acknowledged} acknowledged in ${rest.entries} entries`);
    t.ok(rest.pushes > 0, `${rest.pushes} pushes heard, each once and in order`);
    t.ok(rest.money.acrossKills > 0, `${rest.money.acrossKills} payments settled once across a kill`);
    t.same(rest.open, [], 'every promise is kept');
    t.equal(rest.differences, 0, 'the books balance');
  },
);

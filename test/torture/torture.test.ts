/**
 * The kill test in its short form; `npm run torture` kills more often. Runs the built server; `SEED=n` runs one again.
 */
import t from 'tap';

import { LEAST_IN_FLIGHT, torture } from './run.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const size = { devices: 8, passengers: 20, stations: 2 };

t.test(
  'R2, R4, R5: killed under load, a server keeps all that it acknowledged, once, and every promise',
  { timeout: 240_000 },
  async (t) => {
    const { rounds, acknowledged, checked, violations, ...report } = await torture({
      rounds: 3,
      seed,
      size,
      hands: 14,
    });
    t.same(violations, [], `seed ${seed}, data in ${report.folder}`);
    t.equal(rounds.length, 3);
    for (const { inFlight } of rounds) t.ok(inFlight >= LEAST_IN_FLIGHT, `${inFlight} commands in flight at the kill`);
    t.ok(
      rounds.some(({ stored, lost }) => stored + lost > 0),
      'some commands were asked again',
    );
    t.ok(
      acknowledged > 0 && checked.entries > acknowledged,
      `${acknowledged} acknowledged in ${checked.entries} entries`,
    );
    t.ok(checked.pushes > 0, `${checked.pushes} pushes heard, each once and in order`);
    t.equal(report.differences, 0, 'the books balance');
  },
);

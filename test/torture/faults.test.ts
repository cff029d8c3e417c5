/**
 * A fault of the machine under a server, in its short form; `npm run torture -- --fault all` makes all of them. Runs
 * the built server; `SEED=n` runs one again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { faults } from './faults/index.js';
import { Ground } from './faults/ground.js';
import { strikeFaults } from './faults/run.js';
import { noShim } from './faults/shim.js';
import { TINY } from './town-size.js';
import { root } from '../support/pages.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

t.test(
  'ENGINE 2: where a sync fails and what was not synced is gone, nothing that was acknowledged is lost',
  { skip: noShim, timeout: 240_000 },
  async (t) => {
    const { rows, rest, violations, folder } = await strikeFaults({ fault: 'sync', rounds: 1, seed, size: TINY });
    for (const { told } of rows) t.comment(told.join('; '));
    t.same(violations, [], `seed ${seed}, data in ${folder}`);
    t.equal(rows.length, 1);
    t.same(rest.open, [], 'every promise is kept');
    t.equal(rest.differences, 0, 'the books balance');
  },
);

t.test('a disk that lies about its syncs is found out: what it lost was acknowledged', { skip: noShim }, async (t) => {
  const ground = await Ground.open(seed, { devices: 1, passengers: 2, stations: 1, hands: 6 });
  t.teardown(() => ground.close());
  const { stand, shim } = ground;
  await stand.kill();
  await ground.start();
  shim.set('lies', 1);
  await stand.everybodyBack();
  await ground.goesOn();
  await stand.interrupt(async () => {
    await stand.kill();
    // A part that is left may by chance be all of it.
    ground.cutPower(['nothing']);
  });
  const lost = stand.ledger.violations.filter((violation) => violation.endsWith('and is not in the journal'));
  t.ok(lost.length > 0, `${lost.length} acknowledged commands are missed`);
  // They were expected: the folder may go.
  stand.ledger.violations.length = 0;
});

t.test('the page tells of each fault what must come of it', async (t) => {
  const page = readFileSync(join(root, 'docs/torture.md'), 'utf8').replace(/ +/g, ' ');
  for (const { name, expected } of Object.values(faults)) {
    t.match(page, new RegExp(`\\| \`${name}\` \\| [^|]+ \\| ${expected} \\|`), name);
  }
});

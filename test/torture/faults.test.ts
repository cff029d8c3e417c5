/**
 * Faults of the machine under a server: each once, one after the other, in one tiny town; `npm run torture -- --fault
 * all` makes them as often as wanted. Runs the built server; `SEED=n` runs one again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { OUTCOMES, refused } from './faults/call-fault.js';
import { faults } from './faults/index.js';
import { Ground, noMount } from './faults/ground.js';
import { noShim } from './faults/shim.js';
import { Strain } from './faults/strain.js';
import { comeToRest } from './rest.js';
import { TINY } from './town-size.js';
import { root } from '../support/pages.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
/** Enough for this town. */
const DISK_MIB = 48;

t.test('nothing that was acknowledged is lost by a fault of the machine', { skip: noShim }, async (t) => {
  const diskMiB = noMount === false ? DISK_MIB : undefined;
  const ground = await Ground.open(seed, TINY, { diskMiB, loadMs: 50 });
  t.teardown(() => ground.close());
  const { ledger } = ground.stand;
  const where = `seed ${seed}, data in ${ground.shim.folder}`;
  for (const fault of Object.values(faults)) {
    const { name, happens, expected, cannot = false } = fault;
    // In its short form below.
    if (name === 'calls') continue;
    await t.test(`${name}: ${happens}: ${expected}`, { skip: cannot }, async (t) => {
      const { told } = await fault.strike(ground);
      for (const line of told) t.comment(line);
      t.same(ledger.violations, [], where);
    });
    // The next one counts on a town that goes on.
    if (!t.passing()) return;
  }
  await t.test('after all of them every command stands once, as it was acknowledged', async (t) => {
    const rest = await comeToRest(ground.stand);
    t.same(ledger.violations, [], where);
    t.same(rest.open, [], 'every promise is kept');
    t.equal(rest.differences, 0, 'the books balance');
  });
});

t.test(
  'a store whose disk refuses a call ends in one line, or by SIGBUS, and keeps what it acknowledged',
  { skip: noShim },
  async (t) => {
    const strain = await Strain.open();
    t.teardown(() => strain.close());
    const violations: string[] = [];
    const ledger = { violation: (what: string) => violations.push(what) };
    t.comment(await refused(strain, 'rename', 'start', ledger));
    t.comment(await refused(strain, 'close', 'work', ledger));
    t.comment(await refused(strain, 'page', 'work', ledger));
    t.same(violations, []);
  },
);

t.test('a disk that lies about its syncs is found out: what it lost was acknowledged', { skip: noShim }, async (t) => {
  const ground = await Ground.open(seed, { devices: 1, passengers: 2, stations: 1, hands: 6 });
  t.teardown(() => ground.close());
  const { stand, shim } = ground;
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

t.test('the page tells of each fault what happens, and what must come of it', async (t) => {
  const page = readFileSync(join(root, 'docs/torture.md'), 'utf8').replace(/ +/g, ' ');
  for (const { name, happens, expected } of Object.values(faults)) {
    t.ok(page.includes(`| \`${name}\` | ${happens} | ${expected} |`), name);
  }
});

t.test('the page tells of each call on the store’s files what becomes of it', async (t) => {
  const page = readFileSync(join(root, 'docs/torture.md'), 'utf8').replace(/ +/g, ' ');
  for (const [call, { start, work }] of Object.entries(OUTCOMES))
    t.ok(page.includes(`| ${call} | ${start} | ${work} |`), call);
});

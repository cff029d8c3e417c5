/** The commands of docs/backup.md do what the page says. */
import { join } from 'node:path';
import t from 'tap';

import { commandsOf, docOf, run } from './docs-commands.js';
import { City } from './verify-city.js';
import { storeWith } from './backup-files.js';

const commands = commandsOf(docOf('backup.md'));

t.test('the page’s commands: a folder is backed up, the file checked, restored elsewhere, audited', async (t) => {
  const folder = t.testdir({});
  const { entries } = await City.live();
  await (await storeWith(t, join(folder, 'data'), entries)).close();
  const told = t.capture(process.stderr, 'write', () => true);
  const printed = t.capture(process.stdout, 'write', () => true);
  t.equal(commands.length, 4);
  for (const [npx, backseat, ...args] of commands) {
    t.same([npx, backseat], ['npx', 'backseat']);
    t.equal(await run(args, folder), undefined, args.join(' '));
  }
  t.equal(process.exitCode, 0);
  const said = [...told(), ...printed()].map(({ args: [text] }) => String(text)).join('');
  t.match(said, new RegExp(`shop\\.backup: ${entries.length} entries of \\d+ actors, \\d+ bytes\n`));
  t.match(said, new RegExp(`shop\\.backup: whole, ${entries.length} entries`));
  t.match(said, /restored holds it as store \S+; \d+ open promises will be carried on when a node starts\n/);
  t.match(said, /No differences\./);

  const cases: readonly (readonly [args: string[], message: RegExp])[] = [
    [['backup', 'shop.backup'], /^shop\.backup is there already; a backup goes into a new file$/],
    [['backup', 'b', '--data', 'none'], /^there is no data folder none$/],
    [['backup', 'none/b'], /none\/b\.part does not exist$/],
    [['restore', 'none.backup'], /none\.backup does not exist$/],
    [['restore', 'shop.backup'], /^there is a store in .*data; restore into an empty folder$/],
    [['restore', 'data/flushed', '--data', 'x'], /^data\/flushed is no backup/],
  ];
  for (const [args, message] of cases) t.match(await run(args, folder), message, args.join(' '));
});

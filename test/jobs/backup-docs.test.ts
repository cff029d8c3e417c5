/** The commands of docs/backup.md do what the page says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { explain } from '../../src/commands/failure.js';
import { createProgram } from '../../src/commands/program.js';
import { City } from './verify-city.js';
import { storeWith } from './backup-files.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/backup.md'), 'utf8');

/** The commands of the page's first block, as arguments. */
const commands = (/```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.replace(/ *#.*/, '').split(' '));

/** Runs a command in `folder` on its own data; the line that it would end with. */
async function run(args: readonly string[], folder: string): Promise<string | undefined> {
  const kept = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^BACKSEAT_|^MONGO_URL$|^REDIS_URL$/.test(name)) Reflect.deleteProperty(process.env, name);
  process.env['BACKSEAT_DATA'] = join(folder, 'data');
  const here = process.cwd();
  process.chdir(folder);
  try {
    await (await createProgram('1.2.3')).parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    return explain(error);
  } finally {
    process.chdir(here);
    process.env = kept;
  }
}

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

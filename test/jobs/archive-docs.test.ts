/** The commands of docs/archive.md do what the page says, on a folder and on a database. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { collections } from '../../src/node/collections.js';
import { restoreEmbedded } from '../../src/store/embedded/index.js';
import { openMongo, restoreMongo } from '../../src/store/mongo/index.js';
import { mongoServer, NO_SERVER } from '../support/mongo/server.js';
import { backUp, restoreFrom, storeWith } from './backup-files.js';
import { commandsOf, docOf, run } from './docs-commands.js';
import { City } from './verify-city.js';

const page = docOf('archive.md');

/** The commands of the page's first block, as arguments, of a date that is behind what the city lived. */
const commands = commandsOf(page.replaceAll('2026-01-01', '2026-12-31'));

/** What cron runs, on both pages. */
const CRON = "MONGO_URL=mongodb://… npx backseat archive --before $(date -d '1 year ago' +%F) --to /var/archives/";

const server = await mongoServer(t);

for (const kind of ['folder', 'database'] as const) {
  const skip = kind === 'database' && !server ? NO_SERVER : false;
  t.test(`the page’s commands, on a ${kind}: archived, audited with the file, put back`, { skip }, async (t) => {
    const folder = t.testdir({});
    const { entries } = await City.live();
    const first = await storeWith(t, join(folder, 'first'), entries);
    const path = await backUp(first, folder);
    const url = kind === 'database' ? (server?.database() ?? '') : '';
    await restoreFrom(path, (sum) =>
      url === ''
        ? restoreEmbedded(join(folder, 'data'), { collections }, sum)
        : restoreMongo(url, { collections }, sum),
    );
    const told = t.capture(process.stderr, 'write', () => true);
    const printed = t.capture(process.stdout, 'write', () => true);
    const said = () => [...told(), ...printed()].map(({ args: [text] }) => String(text)).join('');
    t.equal(commands.length, 3);
    const [archive, verify, back] = commands.map(([npx, backseat, ...args]) => {
      t.same([npx, backseat], ['npx', 'backseat']);
      return args;
    });
    t.equal(await run(archive!, folder, url), undefined);
    const archived = said();
    t.match(archived, /old\.archive: \d+ entries of \d+ actors, \d+ bytes; keep it, audits need it\n/);
    t.match(archived, /\d+ entries archived: [\d,]+ bytes of entries are [\d,]+ now\n/);
    t.match(archived, /older, and left: \d+ behind the snapshots/);
    t.equal(await run(['verify'], folder, url), undefined);
    t.match(said(), /1 differences:\n {2}integrity .* is archived: give all files/);
    t.equal(process.exitCode, 1);
    t.equal(await run(verify!, folder, url), undefined);
    t.match(said(), /No differences\./);
    t.equal(process.exitCode, 0);
    t.equal(await run(back!, folder, url), undefined);
    t.match(said(), /[1-9]\d* entries are whole again/);
    t.equal(await run(['verify'], folder, url), undefined);
    t.match(said(), /No differences\./);
  });
}

t.test(
  'what cron runs writes a file named after the time, beside whoever serves',
  { skip: server ? false : NO_SERVER },
  async (t) => {
    for (const name of ['archive.md', 'deploy.md']) t.ok(docOf(name).includes(`\n${CRON}\n`), name);
    const folder = t.testdir({ var: {} });
    const { entries } = await City.live();
    const path = await backUp(await storeWith(t, join(folder, 'first'), entries), folder);
    const url = server?.database() ?? '';
    await restoreFrom(path, (sum) => restoreMongo(url, { collections }, sum));
    const beside = await openMongo(url, { collections });
    const [, args = ''] = CRON.split(' npx backseat ');
    const told = t.capture(process.stderr, 'write', () => true);
    const given = args
      .replace(/\$\(.*\)/, '2026-12-31')
      .replace('/var/archives/', 'var')
      .split(' ');
    t.equal(await run(given, folder, url), undefined);
    t.match(
      told()
        .map(({ args: [text] }) => String(text))
        .join(''),
      /[1-9]\d* entries archived/,
    );
    t.match(readdirSync(join(folder, 'var')), [/^backseat-.*\.archive$/]);
    await beside.close();
  },
);

t.test('what cannot be archived is said in one line', async (t) => {
  const folder = t.testdir({ 'here.archive': '' });
  const before = ['archive', '--before', '2026-11-20'];
  const cases: readonly (readonly [args: string[], message: RegExp])[] = [
    [['archive'], /^archive needs --before <date> and --to <file>, or --back <file> alone$/],
    [before, /^archive needs --before/],
    [[...before, '--to', 'a', '--back', 'b'], /^archive needs --before/],
    [[...before, '--to', 'here.archive'], /^here\.archive is there already; an archive goes into a new file$/],
    [[...before, '--to', 'a'], /^there is no data folder /],
    [['archive', '--before', '2026-02-30', '--to', 'a'], /^2026-02-30 must be a day as 2026-11-21, or a time/],
    [['archive', '--before', '2026-11-20T10:00', '--to', 'a'], /must be a day as 2026-11-21, or a time with its zone/],
    [['verify', '--url', 'http://localhost:1', '--archive', 'a'], /^--archive is read here and not by a server/],
  ];
  for (const [args, message] of cases) t.match(await run(args, folder), message, args.join(' '));
});

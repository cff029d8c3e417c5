import { createServer } from 'node:net';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createProgram } from '../src/commands/program.js';
import { explain } from '../src/commands/failure.js';
import { settings } from '../src/config.js';
import { connect } from '../src/client/index.js';
import { backseat } from './cli/process.js';
import { until } from './support/until.js';

t.test('help lists every command, every option with its default, and every setting with its default', async (t) => {
  const program = await createProgram('1.2.3');
  let help = '';
  program.configureOutput({ writeOut: (text) => (help += text) });
  program.outputHelp();
  t.same(
    program.commands.map((command) => command.name()),
    ['serve', 'demo', 'replay', 'verify', 'backup', 'restore', 'archive', 'import', 'migrate', 'sandbox'],
  );
  for (const command of program.commands) {
    for (const option of command.options) {
      t.ok(help.includes(option.flags), `${command.name()} ${option.flags}`);
      if (option.defaultValue !== undefined) t.ok(help.includes(`default: ${JSON.stringify(option.defaultValue)}`));
    }
  }
  for (const { env, fallback } of Object.values<{ env: string; fallback: unknown }>(settings)) {
    const line = help.split('\n').find((text) => text.includes(`${env} `)) ?? '';
    t.ok(line !== '', env);
    if (typeof fallback === 'number') t.ok(line.includes(`[${fallback}]`), `${env} says ${fallback}`);
  }
});

/** Runs a command in this process, under these settings alone; resolves with the line that it would end with. */
async function complaint(args: string[], env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const kept = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^BACKSEAT_|^MONGO_URL$|^REDIS_URL$/.test(name)) Reflect.deleteProperty(process.env, name);
  const quiet = { BACKSEAT_HOST: '127.0.0.1', BACKSEAT_PORT: '0', BACKSEAT_LOG_LEVEL: 'silent' };
  // The other transport's own timer would hold this process up after the last test.
  Object.assign(process.env, { ...quiet, BACKSEAT_TRANSPORT: 'node', ...env });
  try {
    await (await createProgram('1.2.3')).parseAsync(args, { from: 'user' });
    return undefined;
  } catch (error) {
    return explain(error);
  } finally {
    process.env = kept;
  }
}

t.test('what cannot be done is said in one clear line', async (t) => {
  const folder = t.testdir({ 's.csv': 'station_id,name,lon,lat\nA,Depot,1,2\n', 'x.csv': 'a,b\n1,2\n', data: {} });
  const file = (name: string) => join(folder, name);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const replay = (stations: string, traces: string) => [
    'replay',
    '--stations',
    file(stations),
    '--traces',
    file(traces),
    '--sales',
    file('x.csv'),
  ];
  const cases: readonly (readonly [name: string, args: string[], message: RegExp, env?: Record<string, string>])[] = [
    [
      'a setting that breaks its rule',
      ['serve'],
      /^BACKSEAT_PORT: must be a whole number.*, not "many"$/,
      { BACKSEAT_PORT: 'many' },
    ],
    ['a setting that does not exist', ['serve'], /^BACKSEAT_PROT: there is no setting/, { BACKSEAT_PROT: '1' }],
    [
      'a folder that cannot be made',
      ['serve'],
      /^cannot write to the data folder/,
      { BACKSEAT_DATA: '/dev/null/data' },
    ],
    ['a port that is in use', ['serve', '--port', String(port)], new RegExp(`${port}: .* in use`)],
    ['a file that is not there', replay('none.csv', 'x.csv'), /none\.csv does not exist$/],
    ['a file of another format', replay('s.csv', 'x.csv'), /x\.csv has no column taxi_id/],
    [
      'a replay to keep without a password',
      [...replay('s.csv', 'x.csv'), '--data', 'd'],
      /^--data needs BACKSEAT_ADMIN_/,
    ],
    ['an import of nothing', ['import'], /^name at least one of --catalogue, --stations, --devices$/],
    ['an import without a password', ['import', '--catalogue', 'c.csv'], /^import needs BACKSEAT_ADMIN_PASSWORD/],
    ['a sandbox at no address', ['sandbox'], /^sandbox needs BACKSEAT_SANDBOX_URL and BACKSEAT_SANDBOX_SECRET$/],
    [
      'a sandbox that cannot keep its address',
      ['sandbox'],
      /^BACKSEAT_SANDBOX_URL: the sandbox answers http only/,
      { BACKSEAT_SANDBOX_URL: 'https://localhost:1', BACKSEAT_SANDBOX_SECRET: 'held by both sides' },
    ],
    ['devices without a file for their keys', ['import', '--devices', 'd.csv'], /^--devices needs --keys/],
    ['a server that is not there', ['verify', '--url', 'http://127.0.0.1:1'], /^http:\/\/127\.0\.0\.1:1: /],
    ['a migration of the embedded store', ['migrate'], /^migrate needs MONGO_URL; the embedded store/],
    [
      'a MongoDB that is not there',
      ['verify'],
      /^mongodb:\/\/127\.0\.0\.1:1\/shop cannot be used: /,
      { MONGO_URL: 'mongodb://me:secret@127.0.0.1:1/shop?serverSelectionTimeoutMS=200' },
    ],
    [
      'nodes on one database that sign differently',
      ['serve'],
      /^MONGO_URL needs BACKSEAT_TOKEN_SECRET, the same on all/,
      { MONGO_URL: 'mongodb://127.0.0.1:1/shop' },
    ],
    ['an address of no MongoDB', ['serve'], /^MONGO_URL: must be an address as mongodb:/, { MONGO_URL: 'localhost' }],
    ['an audit of no folder', ['verify', '--data', file('none')], /^there is no data folder/],
  ];
  for (const [name, args, message, env = {}] of cases) {
    const line = (await complaint(args, { BACKSEAT_DATA: file('data/own'), ...env })) ?? '';
    t.match(line, message, name);
    t.notMatch(line, /\n/, `${name}: one line`);
  }
  other.close();
});

t.test('a command that is asked for is loaded alone', async (t) => {
  const names = async (asked?: string) =>
    (await createProgram('1.2.3', asked)).commands.map((command) => command.name());
  t.same(await names('verify'), ['verify']);
  t.same(await names('--help'), await names());
  t.same(await names('toString'), await names());
});

t.test('an error that nobody foresaw is told with its stack', (t) => {
  t.match(explain(new TypeError('surprise')), /surprise\n +at /);
  t.end();
});

t.test('a node serves until SIGTERM, keeps what it was told, and nobody else gets its folder meanwhile', async (t) => {
  const BACKSEAT_DATA = join(t.testdir({}), 'data');
  const own = { BACKSEAT_DATA, BACKSEAT_ADMIN_PASSWORD: 'a password for tests' };
  const first = backseat(t, ['serve'], own);
  const [, url] = await first.says(/serves (http:\S+)\/ /);
  const guest = connect(url!);
  const signedUp = await guest.ask('auth.signUp', { role: 'driver', name: 'li.wei', password: 'long enough' });

  t.match(await complaint(['serve'], own), /^the data folder .* is in use by another process$/);
  t.match(await complaint(['verify'], own), /is in use by another process; a running server is audited with --url$/);
  t.equal(await complaint(['verify', '--url', url!], own), undefined);
  t.equal(process.exitCode, 0, 'a running server audits itself');
  guest.close();

  first.signal('SIGTERM');
  t.equal(await first.ended, 0);
  t.match(first.text(), /stopping: .*\nstopped\n$/);

  t.equal(await complaint(['verify'], own), undefined);
  t.equal(process.exitCode, 0, 'so does who audits what it left');
  const again = backseat(t, ['serve'], own);
  const [, anew] = await again.says(/serves (http:\S+)\/ /);
  const back = connect(anew!);
  const loggedIn = await back.ask('auth.logIn', { name: 'li.wei', password: 'long enough' });
  t.equal(loggedIn.subject, signedUp.subject);
  back.close();
  again.signal('SIGTERM');
  again.signal('SIGINT');
  // Whichever comes first: the orderly end, or the second signal, which ends it at once.
  const code = await again.ended;
  t.ok(code === 130 || code === 0, `exit code ${code} after two signals`);
});

t.test('the demo prints its addresses and log-ins, and they work', async (t) => {
  const run = backseat(t, ['demo', '--cars', '4', '--stations', '3', '--sales', '20']);
  const [, url] = await run.says(/big screen +(http:\S+)\/\n/);
  const [, password] = await run.says(/drivers +driver001 to driver004 \/ (\S+)/);
  const [, admin, secret] = await run.says(/platform +(\S+) \/ (\S+)/);
  const guest = connect(url!);
  t.equal((await guest.ask('auth.logIn', { name: admin!, password: secret! })).role, 'platform');
  const screen = connect(url!, { auth: { screen: null } });
  await until('a sale is settled', async () => {
    const { today } = await screen.ask('fleet.snapshot', { period: 'day' });
    return today.totals.devices.orders > 0;
  });
  t.equal((await guest.ask('auth.logIn', { name: 'driver001', password: password! })).role, 'driver');
  guest.close();
  screen.close();
  run.signal('SIGINT');
  t.equal(await run.ended, 0);
});

/** Files of a short replay, a minute of fixes and of sales each; the command that plays them. */
function shortReplay(folder: string): string[] {
  const file = (name: string, text: string[]) => {
    writeFileSync(join(folder, name), `${text.join('\n')}\n`);
    return join(folder, name);
  };
  const fixes = [0, 1, 2, 3].map((seq) => `7,trip,${seq},2013-07-01T00:0${seq}:00Z,-8.6,41.15`);
  const sales = [0, 1, 2, 3, 4].map((n) => `C${n},1,2024-03-01T10:0${n},card,K1,38.70,Latte`);
  const header = 'sale_id,machine_id,sold_at_local,payment_type,card_id,price_uah,product';
  return [
    'replay',
    '--stations',
    file('stations.csv', ['station_id,name,lon,lat', 'A,North,-8.6,41.2', 'B,South,-8.6,41.1']),
    '--traces',
    file('traces.csv', ['taxi_id,trip_id,seq,ts,lon,lat', ...fixes]),
    '--sales',
    file('sales.csv', [header, ...sales, 'Irish whiskey']),
  ];
}

t.test('a replay verifies its books, lists bad rows and ends with exit code 0', async (t) => {
  const writes = [process.stderr, process.stdout].map((stream) => t.capture(stream, 'write', () => true));
  const failure = await complaint(shortReplay(t.testdir({})), {});
  const [told, printed] = writes.map((calls) =>
    calls()
      .map(({ args: [text] }) => String(text))
      .join(''),
  );
  for (const calls of writes) calls.restore();
  t.same([failure, process.exitCode], [undefined, 0]);
  t.match(told, /sales\.csv: 1 broken_line\n {2}line 7: broken_line, 1 fields instead of 7/);
  t.match(printed, /^Everybody was there after .* s;/, 'the report alone is printed');
  t.match(printed, /settled +5\n/);
  t.match(printed, /sales +193\.50 UAH/);
  t.match(printed, /No differences\.\n$/);
});

t.test('a replay that is interrupted says so, and leaves nothing behind', async (t) => {
  const folder = t.testdir({ tmp: {} });
  const TMPDIR = join(folder, 'tmp');
  const run = backseat(t, [...shortReplay(folder), '--speed', '0.1'], { TMPDIR });
  await run.says(/replaying/);
  t.not(readdirSync(TMPDIR).filter(ours).length, 0);
  run.signal('SIGINT');
  t.equal(await run.ended, 1);
  t.match(run.text(), /\nbackseat: stopped by SIGINT after \d+ sales\n$/);
  t.same(readdirSync(TMPDIR).filter(ours), []);
});

function ours(name: string): boolean {
  return name.startsWith('backseat-');
}

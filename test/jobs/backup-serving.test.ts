/** A backup of a city that lives, while it sells: restored elsewhere, on either kind of store, it goes on selling. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { connect } from '../../src/client/index.js';
import { createProgram } from '../../src/commands/program.js';
import { temporarySettings } from '../../src/commands/temporary.js';
import { auditFolder } from '../../src/commands/verify.js';
import { readSettings } from '../../src/config.js';
import { makeCity } from '../../src/jobs/demo/city/index.js';
import { runDemo } from '../../src/jobs/demo/index.js';
import { Entrance } from '../../src/jobs/traffic/entrance.js';
import { freePort, mongoServer, NO_SERVER } from '../support/mongo/server.js';
import { until } from '../support/until.js';
import { operator, startNode, type TestNode } from './node.js';

const backupKey = 'the key of all backups';

/** Runs a command in this process, under these settings alone. */
async function backseat(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const kept = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^BACKSEAT_|^MONGO_URL$|^REDIS_URL$/.test(name)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, { BACKSEAT_ADMIN_PASSWORD: operator.password, BACKSEAT_BACKUP_KEY: backupKey, ...env });
  try {
    await (await createProgram('1.2.3')).parseAsync(args, { from: 'user' });
  } finally {
    process.env = kept;
  }
}

/** What an audit of a store says that nobody serves from. */
async function differences({ folder, mongoUrl = '' }: { folder: string; mongoUrl?: string }) {
  const settings = { ...temporarySettings(readSettings({}), folder), mongoUrl };
  return (await auditFolder(settings)).differences;
}

/** A city of two cars that sells. */
async function live(t: Test, node: TestNode, seed: number) {
  const demo = await runDemo({
    ...{ url: node.url, city: makeCity(seed, { stations: 1, cars: 2 }), currency: 'CNY', operator },
    ...{ password: 'all of them', salesPerSecond: 2 },
  });
  t.teardown(demo.stop);
  await demo.complete;
  await until('sales settle', () => demo.tally.of('settled') >= 3);
  return demo;
}

/** Sells on a node that was made of a backup, and audits it. */
async function goesOn(t: Test, node: TestNode, what: string): Promise<void> {
  const demo = await live(t, node, 5);
  demo.stop();
  const report = await node.closeAndVerify();
  t.same(report.differences, [], `${what}: after it went on`);
}

t.test('a server is backed up while it sells; what is restored is whole, and sells', async (t) => {
  const folder = t.testdir({ first: {}, second: {} });
  const tokenSecret = 'one secret for the first and the second';
  const first = await startNode(t, { folder: join(folder, 'first'), tokenSecret, backupKey });
  const demo = await live(t, first, 5);
  const path = join(folder, 'city.backup');
  const before = demo.tally.of('settled');
  await backseat(['backup', path, '--url', first.url]);
  await until('the first goes on selling', () => demo.tally.of('settled') > before);
  t.equal(statSync(path).mode & 0o777, 0o600, 'nobody else can read it');
  const second = join(folder, 'second');
  await backseat(['restore', path, '--data', second]);
  t.same(await differences({ folder: second }), []);
  demo.stop();
  await first.close();

  const node = await startNode(t, { folder: second, tokenSecret });
  t.not(node.store.id, first.store.id);
  await goesOn(t, node, 'restored');
});

t.test('a client that followed before a restore is told, and takes no news of the second life for old', async (t) => {
  const folder = t.testdir({ first: {} });
  const [file, second] = [join(folder, 'a.backup'), join(folder, 'second')];
  const settings = { tokenSecret: 'one secret for the first and the second', backupKey, port: await freePort() };
  const put = async ({ url }: TestNode, name: string): Promise<void> => {
    const entrance = await Entrance.open(url, operator);
    await entrance.platform.ask('catalogue.put', { products: [{ name }] });
    entrance.close();
  };
  const first = await startNode(t, { folder: join(folder, 'first'), ...settings });
  await put(first, 'in the backup');
  await backseat(['backup', file, '--url', first.url]);

  const client = connect(first.url, { auth: { screen: null }, socket: { reconnectionDelay: 20 } });
  t.teardown(() => {
    client.close();
  });
  const [heard, lagged]: [string[], number[]] = [[], []];
  const following = client.follow('catalogue:platform/all', {
    after: 0,
    onPush: ({ seq, data }) => heard.push(`${seq} ${JSON.stringify(data)}`),
    onLagged: (head) => lagged.push(head),
  });
  await put(first, 'after the backup');
  await until('the client hears it', () => heard.length === 2);
  const known = following.seq;
  t.equal(following.store, first.store.id);
  await first.close();
  await backseat(['restore', file, '--data', second]);

  const restored = await startNode(t, { folder: second, ...settings });
  await until('the client is back', () => following.store === restored.store.id);
  t.same(lagged, [1], 'it is told that it must read anew, and where it stands');
  await put(restored, 'in the second life');
  await until('the client hears it', () => heard.length === 3);
  t.equal(following.seq, known, 'a seq that the first life had given away before');
  t.match(heard[2], /in the second life/);
});

t.test('a platform account alone gets no backup, nor does anybody from a node without a key', async (t) => {
  const node = await startNode(t, { backupKey });
  const withoutKey = await startNode(t, { folder: t.testdir({ other: {} }) + '/other' });
  const to = t.testdirName;
  const failing = [
    [{ BACKSEAT_BACKUP_KEY: 'the wrong key of all' }, node.url, /^key: must be the key .*BACKSEAT_BACKUP_KEY/],
    [{ BACKSEAT_BACKUP_KEY: '' }, node.url, /^--url needs BACKSEAT_BACKUP_KEY, as the server has it$/],
    [{}, withoutKey.url, /^key: must be the key/],
  ] as const;
  for (const [env, url, message] of failing) {
    await t.rejects(backseat(['backup', to, '--url', url], env), { message });
  }
  t.notOk(
    readdirSync(to).some((name) => name.includes('.backup')),
    'no file is left',
  );
  await backseat(['backup', to, '--url', node.url]);
  t.ok(readdirSync(to).some((name) => name.endsWith('.backup')));
});

t.test('one backup is fetched at a time; whoever is away too long must begin anew', async (t) => {
  const node = await startNode(t, { backupKey });
  const entrance = await Entrance.open(node.url, operator);
  t.teardown(() => {
    entrance.close();
  });
  const { platform } = entrance;
  const first = await platform.ask('backup.begin', { key: backupKey });
  await t.rejects(platform.ask('backup.begin', { key: backupKey }), { code: 'backup_running' });
  const part = await platform.ask('backup.part', { backup: first.backup, part: 0 });
  t.same(await platform.ask('backup.part', { backup: first.backup, part: 0 }), part, 'told once more');
  t.ok(part.last);
  await t.rejects(platform.ask('backup.part', { backup: first.backup, part: 7 }), { code: 'unknown_backup' });
  await t.rejects(platform.ask('backup.part', { backup: 'another', part: 0 }), { code: 'unknown_backup' });
  const guest = connect(node.url);
  t.teardown(() => {
    guest.close();
  });
  await t.rejects(guest.ask('backup.begin', { key: backupKey }), { code: 'not_logged_in' });
});

const server = await mongoServer(t);
if (!server) {
  t.pass('MongoDB', { skip: NO_SERVER });
} else {
  t.test('a database is backed up while a node sells on it, and moves to a folder and back', async (t) => {
    const folder = t.testdir({ embedded: {} });
    const file = (name: string) => join(folder, name);
    const MONGO_URL = server.database();
    const tokenSecret = 'one secret for all nodes of a database';
    const first = await startNode(t, { mongoUrl: MONGO_URL, tokenSecret });
    const demo = await live(t, first, 5);
    await backseat(['backup', file('a.backup')], { MONGO_URL });
    const before = demo.tally.of('settled');
    await until('the node goes on selling', () => demo.tally.of('settled') > before);
    demo.stop();
    await first.close();

    await backseat(['restore', file('a.backup'), '--data', file('embedded')]);
    t.same(await differences({ folder: file('embedded') }), [], 'in a folder');
    await goesOn(t, await startNode(t, { folder: file('embedded'), tokenSecret }), 'in a folder');

    await backseat(['backup', file('b.backup'), '--data', file('embedded')]);
    const back = server.database();
    await backseat(['restore', file('b.backup')], { MONGO_URL: back });
    t.same(await differences({ folder: file('none'), mongoUrl: back }), [], 'in a database again');
    await t.rejects(backseat(['restore', file('b.backup')], { MONGO_URL: back }), {
      message: /^there is a store in mongodb:.*; restore into an empty database$/,
    });
    await backseat(['backup', file('c.backup')], { MONGO_URL: back });
    t.ok(readFileSync(file('c.backup')).length > 1_000);
    await goesOn(t, await startNode(t, { mongoUrl: back, tokenSecret }), 'in a database again');
  });
}

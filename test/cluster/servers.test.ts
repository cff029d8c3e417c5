/** Whole nodes: what is told at one reaches those who are connected to another. */
import t from 'tap';

import type { Client, Pushed } from '../../src/client/index.js';
import { until } from '../support/cluster.js';
import { noOwnRedis } from '../support/redis.js';
import { Servers } from '../support/servers.js';
import { notHere } from '../support/transports.js';

/** Follows a stream, and keeps what is told on it. */
async function follow(client: Client, stream: string, after?: number): Promise<{ pushes: Pushed[]; lives: number }> {
  const heard = { pushes: [] as Pushed[], lives: 0 };
  client.follow(stream, {
    ...(after === undefined ? {} : { after }),
    onPush: (push) => heard.pushes.push(push),
    onLive: () => (heard.lives += 1),
  });
  await until(() => heard.lives > 0);
  return heard;
}

const line = (client: Client): string => {
  const { line } = client;
  return line.state === 'closed' ? `closed: ${line.why?.code ?? ''}` : line.state;
};

/** No gap and no double. */
function contiguous(pushes: readonly Pushed[]): boolean {
  return pushes.every(({ prev }, i) => i === 0 || prev === pushes[i - 1]!.seq);
}

for (const transport of ['node', 'uws'] as const) {
  t.test(
    `a push reaches followers at every node, once and in order, over ${transport}`,
    { skip: noOwnRedis || notHere(transport) },
    async (t) => {
      const servers = await Servers.open(t, 3, { transport });
      const { access } = await servers.signUp(0, 'wang', 'driver');
      const drivers = [0, 1, 2].map((node) => servers.client(node, { token: access }));
      const { device, key } = await servers.device(drivers[0]!);
      const box = servers.client(1, { device, key });
      const stream = `device:${device}/owner`;
      const heard = await Promise.all(drivers.map((driver) => follow(driver, stream)));
      for (let i = 0; i < 20; i++) await box.ask('device.reportFault', { fault: `f${i}` });
      await until(() =>
        heard.every(({ pushes }) => pushes.filter(({ name }) => name === 'device.fault').length === 20),
      );
      const told = heard.map(({ pushes }) => pushes.filter(({ name }) => name === 'device.fault'));
      t.same(told[1], told[0]);
      t.same(told[2], told[0]);
      t.ok(heard.every(({ pushes }) => contiguous(pushes)));
      const [first] = told[0]!;
      const late = await follow(servers.client(2, { token: access }), stream, first!.seq);
      t.same(late.pushes, told[0]!.slice(1), 'resumed at another node: what was missed, from the journal');
    },
  );
}

t.test('pushes that were lost between nodes are made good, also the last one', { skip: noOwnRedis }, async (t) => {
  // Nobody is held for dead because he was slow to listen again: the view stays, and what is lost are pushes alone.
  const servers = await Servers.open(t, 2, { headEveryMs: 3_600_000, beatMs: 500, deadMs: 3_600_000 });
  const { access } = await servers.signUp(0, 'wang', 'driver');
  const drivers = [0, 1].map((node) => servers.client(node, { token: access }));
  const { device, key } = await servers.device(drivers[0]!);
  const box = servers.client(1, { device, key });
  const heard = await Promise.all(drivers.map((driver) => follow(driver, `device:${device}/owner`)));
  const faults = (of: { pushes: Pushed[] }): number => of.pushes.filter(({ name }) => name === 'device.fault').length;
  for (let i = 0; i < 10; i++) {
    // Those who listen are cut off, again and again, while pushes are told.
    await servers.redis.cutListeners();
    await box.ask('device.reportFault', { fault: `f${i}` });
  }
  await until(() => heard.every((one) => faults(one) === 10));
  t.ok(heard.every(({ pushes }) => contiguous(pushes)));
  await servers.redis.kill();
  await servers.redis.begin();
  const report = () =>
    box.ask('device.reportFault', { fault: 'last' }, { id: 'last' }).then(
      () => true,
      () => false,
    );
  await until(report);
  await until(() => heard.every((one) => faults(one) === 11));
  t.ok(heard.every(({ pushes }) => contiguous(pushes)));
});

t.test('a device has one connection, the newest, whichever nodes they are at', { skip: noOwnRedis }, async (t) => {
  const servers = await Servers.open(t, 2);
  const { access } = await servers.signUp(0, 'wang', 'driver');
  const { device, key } = await servers.device(servers.client(0, { token: access }));
  const [one, two] = [servers.client(0, { device, key }), servers.client(1, { device, key })];
  await until(() => [one, two].some((box) => line(box) === 'closed: connected_elsewhere'));
  const newest = line(one) === 'connected' ? one : two;
  const third = servers.client(newest === one ? 1 : 0, { device, key });
  await until(() => line(newest) === 'closed: connected_elsewhere');
  await until(() => line(third) === 'connected');
  const admin = await servers.admin(0);
  t.match(await admin.ask('device.home', { device }), { online: true });
});

t.test('a log-out ends the sockets of the session at every node', { skip: noOwnRedis }, async (t) => {
  const servers = await Servers.open(t, 2);
  const { access } = await servers.signUp(0, 'wang', 'driver');
  const drivers = [0, 1].map((node) => servers.client(node, { token: access }));
  await until(() => drivers.every((driver) => line(driver) === 'connected'));
  const ended = drivers.map(() => '');
  drivers.forEach(({ socket }, i) => socket.on('closing', ({ code }: { code: string }) => (ended[i] = code)));
  // The socket that says it is closed too, perhaps before it hears the answer.
  drivers[0]!.ask('auth.logOut', {}).catch(() => undefined);
  await until(() => ended.every((code) => code === 'session_ended'));
  t.pass('both were told why');
});

t.test('a screen sees the cars of all nodes', { skip: noOwnRedis }, async (t) => {
  const servers = await Servers.open(t, 2);
  const people = await Promise.all(['wang', 'li'].map((name) => servers.signUp(0, name, 'driver')));
  const drivers = people.map(({ access }, node) => servers.client(node, { token: access }));
  const screens = [0, 1].map((node) => servers.client(node, { screen: null }));
  const seen = screens.map((screen) => {
    const cars = new Map<string, boolean>();
    screen.onVolatile((_, data) => {
      for (const { id, online } of (data as { cars: { id: string; online: boolean }[] }).cars) cars.set(id, online);
    });
    return cars;
  });
  await Promise.all(drivers.map((driver, i) => driver.ask('position.ping', { lon: 121.4 + i / 100, lat: 31.2 })));
  await until(() => seen.every((cars) => cars.size === 2 && [...cars.values()].every((online) => online)));
  for (const screen of screens) t.equal((await screen.ask('fleet.snapshot', { period: 'day' })).cars.length, 2);
  drivers[1]!.close();
  const li = people[1]!.subject.split(':')[1]!;
  await until(() => seen.every((cars) => cars.get(li) === false));
});

t.test(
  'a node that is told to stop hands over: its clients go on at another, and nothing fails',
  { skip: noOwnRedis },
  async (t) => {
    const servers = await Servers.open(t, 3);
    const { access } = await servers.signUp(0, 'wang', 'driver');
    const wang = servers.client(0, { token: access });
    const { device, key } = await servers.device(wang);
    const box = servers.client(1, { device, key });
    const heard = await follow(wang, `device:${device}/owner`);
    let reported = 0;
    let going = true;
    const report = async (): Promise<void> => {
      const fault = `f${reported % 50}`;
      await box.ask('device.reportFault', { fault });
      await box.ask('device.clearFault', { fault });
      reported += 1;
      if (going) await report();
    };
    const reporting = report();
    await until(() => reported > 20);
    await servers.all[2]!.close();
    const then = reported;
    await until(() => reported > then + 20);
    going = false;
    await reporting;
    await until(() => heard.pushes.filter(({ name }) => name === 'device.fault').length >= reported);
    t.ok(contiguous(heard.pushes));
    let why = '';
    box.socket.on('closing', ({ code }: { code: string }) => (why = code));
    await servers.all[1]!.close();
    await until(() => why === 'stopping');
    t.pass('a client is told to connect again');
  },
);

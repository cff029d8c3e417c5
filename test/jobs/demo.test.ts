import t, { type Test } from 'tap';
import { connect } from '../../src/client/index.js';
import { makeCity, type City } from '../../src/jobs/demo/city/index.js';
import { runDemo, type Demo } from '../../src/jobs/demo/index.js';
import { until } from '../support/until.js';
import { operator, startNode, type TestNode } from './node.js';

/** Begins a demo on a node; the test ends it. */
async function live(t: Test, { url }: TestNode, city: City, salesPerSecond: number): Promise<Demo> {
  const demo = await runDemo({ url, city, currency: 'CNY', operator, password: 'all of them', salesPerSecond });
  t.teardown(demo.stop);
  return demo;
}

t.test('the made-up city lives: cars move, sales settle, stations sell, and the books are right', async (t) => {
  const node = await startNode(t);
  const demo = await live(t, node, makeCity(5, { stations: 6, cars: 8 }), 40);
  const screen = connect(node.url, { auth: { screen: null } });
  t.teardown(() => {
    screen.close();
  });
  const places = new Map<string, Set<string>>();
  screen.onVolatile((name, data) => {
    if (name !== 'cars') return;
    for (const { id, lon, lat } of (data as { cars: { id: string; lon: number; lat: number }[] }).cars) {
      places.set(id, (places.get(id) ?? new Set()).add(`${lon} ${lat}`));
    }
  });
  await demo.complete;
  const { tally } = demo;
  await until('sales settle and goods run low', () => tally.of('settled') >= 40 && tally.of('low stock') > 0);
  await until('every car moves', () => [...places.values()].filter(({ size }) => size > 1).length === 8);
  await until('the screen shows all of it', async () => {
    const { today, recent, census, cars, shown } = await screen.ask('fleet.snapshot', { period: 'day' });
    const { stations, devices } = today.totals;
    const rows = [shown.top.products, shown.top.stations, shown.top.drivers, shown.top.devices];
    const listed = rows.every(({ length }) => length > 0);
    return (
      stations.amount > 0 &&
      devices.amount > 0 &&
      listed &&
      recent.length > 0 &&
      census.online === 8 &&
      cars.length === 8
    );
  });
  t.ok(tally.of('restocks loaded') >= 8, 'every car was loaded');
  t.notOk(tally.refusedByCode().has('position_jump'), 'no car drives faster than cars can');
  t.notOk(tally.refusedByCode().has('bad_input'));

  demo.stop();
  screen.close();
  const report = await node.closeAndVerify();
  t.same(report.differences, []);
});

t.test('a demo that is stopped while its cars still come in ends quietly', async (t) => {
  const node = await startNode(t);
  const demo = await live(t, node, makeCity(6, { stations: 3, cars: 30 }), 1);
  await until('a car is there', () => demo.tally.of('positions') > 0);
  demo.stop();
  await t.resolves(demo.complete);
});

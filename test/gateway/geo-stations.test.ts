import t from 'tap';

import { NearestStations } from '../../src/gateway/geo/stations.js';
import { watchViews } from '../../src/gateway/geo/watch.js';
import type { CollectionDeclaration, Row } from '../../src/store/ports.js';
import { SimulatedStore } from '../../src/store/simulated/index.js';

const stations: CollectionDeclaration = { name: 'stations', indexes: [{ name: 'name', fields: ['name'] }] };
const SQUARE = { lon: 121.4737, lat: 31.2304 };

function open() {
  const clock = {
    now: () => 0,
    after: (_ms: number, run: () => void) => {
      queueMicrotask(run);
    },
  };
  const store = new SimulatedStore({ clock, random: () => 0.5, collections: [stations] }).open().views;
  const nearest = new NearestStations(store, { collection: 'stations', index: 'name' });
  const views = watchViews(store, (rows) => {
    nearest.onRows(rows);
  });
  return { store, nearest, views };
}

function row(id: string, lon: number, lat: number, version = 1): Row {
  return { collection: 'stations', id, version, fields: { name: id, lon, lat } };
}

t.test('nearest first, within the radius, with distance and bearing', async (t) => {
  const { views, nearest } = open();
  await views.apply([
    row('st_east', 121.4947, 31.2304),
    row('st_north', 121.4737, 31.2404),
    row('st_far', 121.4737, 32.2304),
    row('st_west', 121.4727, 31.2304),
  ]);
  const found = nearest.near(SQUARE, 3_000, 10);
  t.match(found, [
    { id: 'st_west', distanceM: 95, bearing: 270 },
    { id: 'st_north', distanceM: 1_112, bearing: 0 },
    { id: 'st_east', distanceM: 1_997, bearing: 90 },
  ]);
  t.equal(found.length, 3);
  t.same(
    nearest.near(SQUARE, 3_000, 1).map(({ id }) => id),
    ['st_west'],
  );
  t.same(nearest.near(SQUARE, 50, 10), []);
});

t.test('a station that comes, moves, changes or goes is seen with the next question', async (t) => {
  const { views, nearest } = open();
  t.same(nearest.near(SQUARE, 3_000, 10), [], 'no station at all');
  await views.apply([row('st_1', 121.4737, 31.2404), { ...row('x', 121.4737, 31.2304), collection: 'stations' }]);
  t.same(
    nearest.near(SQUARE, 3_000, 10).map(({ id }) => id),
    ['x', 'st_1'],
  );
  await views.apply([{ ...row('x', 0, 0, 2), fields: null }, row('st_1', 121.4737, 31.2314, 2)]);
  t.match(nearest.near(SQUARE, 3_000, 10), [{ id: 'st_1', distanceM: 111 }]);
  await views.apply([
    { collection: 'stations', id: 'st_1', version: 3, fields: { name: 'New name', lon: 121.4737, lat: 31.2314 } },
  ]);
  t.match(nearest.near(SQUARE, 3_000, 10), [{ id: 'st_1', distanceM: 111, fields: { name: 'New name' } }]);
});

t.test('after a restart all stations are found, however many', async (t) => {
  const { store, nearest } = open();
  const many = Array.from({ length: 2_500 }, (_, i) =>
    row(`st_${i}`, 121 + (i % 50) / 50, 31 + Math.floor(i / 50) / 50),
  );
  await store.apply(many);
  await nearest.load();
  t.equal(nearest.all().length, 2_500);
  t.same(
    nearest.near({ lon: 121.5, lat: 31.5 }, 100, 10).map(({ id }) => id),
    ['st_1275'],
  );
});

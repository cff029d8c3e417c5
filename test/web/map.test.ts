import t from 'tap';
import { Cars } from '../../web/src/fleet/cars.js';
import { frameOf, project, type Point } from '../../web/src/map/geo.js';
import { Hexagons } from '../../web/src/map/hexagons.js';
import { Streets } from '../../web/src/map/streets.js';

const HOUR = 3_600_000;

t.test('a degree north is 111 km, and one east is shorter by the latitude', (t) => {
  const [x, y] = project({ lon: 11, lat: 61 }, { lon: 10, lat: 60 });
  t.ok(Math.abs(y - 111.2) < 0.1);
  t.ok(Math.abs(x - 55.6) < 0.1);
  t.end();
});

t.test('the frame has one scale, holds the city and shows 3 km at least', (t) => {
  t.same(frameOf([[0.1, 0]], 2), { x: 3, y: 1.5 });
  const city: Point[] = Array.from({ length: 40 }, (_, n) => [n % 2 ? 10 : -10, 5]);
  const { x, y } = frameOf([...city, [500, 500]], 2);
  t.ok(x > 10 && y > 5 && x === 2 * y);
  t.ok(x < 20, 'one far away does not shrink the others');
  t.end();
});

t.test('a drive becomes a street, drawn where the cars drove', (t) => {
  const streets = new Streets('Porto', 0);
  for (let n = 0; n < 20; n++) streets.drive('d_1', [n * 0.05, 0.01], n * 5_000);
  t.ok(streets.size >= 10);
  const points = streets.drawn().flatMap((segments) => segments.flatMap(({ coords }) => coords));
  t.equal(streets.drawn()[0].length, 0, 'the first streets are not the faintest');
  t.ok(points.length > 0 && points.every(([, y]) => Math.abs(y - 0.01) < 1e-9));
  t.end();
});

t.test('fixes too far apart in time or place are no drive', (t) => {
  const streets = new Streets('Porto', 0);
  streets.drive('d_1', [0, 0], 0);
  streets.drive('d_1', [0.1, 0], 31_000);
  streets.drive('d_1', [0.7, 0], 32_000);
  t.equal(streets.size, 0);
  streets.drive('d_1', [0.8, 0], 33_000);
  t.equal(streets.size, 1);
  t.end();
});

t.test('streets fade 2 % an hour and never exceed their bound', (t) => {
  const streets = new Streets('Porto', 0);
  for (let n = 0; n < 21_000; n++) {
    streets.drive(`d_${n}`, [(n % 150) * 0.2, Math.floor(n / 150) * 0.2], 0);
    streets.drive(`d_${n}`, [(n % 150) * 0.2 + 0.07, Math.floor(n / 150) * 0.2], 1_000);
  }
  streets.tend(1_000);
  t.ok(streets.size <= 20_000 && streets.size > 15_000);
  const [, , count] = streets.kept().edges[0] ?? [];
  streets.tend(1_000 + HOUR);
  const [, , faded] = streets.kept().edges[0] ?? [];
  t.ok(Math.abs((faded ?? 0) / (count ?? 1) - 0.98) < 1e-9);
  streets.tend(100 * HOUR);
  t.equal(streets.size, 0, 'what is driven no more is forgotten');
  t.end();
});

t.test('kept streets come back for their own city only', (t) => {
  const streets = new Streets('Porto', 0);
  streets.drive('d_1', [0, 0], 0);
  streets.drive('d_1', [0.06, 0], 1_000);
  t.equal(new Streets('Porto', 0, streets.kept()).size, 1);
  t.equal(new Streets('Lisboa', 0, streets.kept()).size, 0);
  t.end();
});

t.test('orders of one hexagon count together, at most 400 hexagons', (t) => {
  const hexagons = new Hexagons();
  hexagons.count([0.1, 0.1]);
  for (let n = 0; n < 30; n++) hexagons.count([0, 0]);
  t.equal(hexagons.drawn().length, 1);
  for (let n = 0; n < 1_000; n++) hexagons.count([1 + n, 0]);
  const drawn = hexagons.drawn();
  t.equal(drawn.length, 400);
  t.equal(Math.max(...drawn.map(({ level }) => level)), 3, 'the fullest stays');
  t.end();
});

t.test('a car stands at its newest fix and leaves after a day', (t) => {
  const cars = new Cars();
  const car = (at: number, lon: number) => ({ id: 'd_1', lon, lat: 0, at, online: true, pickup: false });
  cars.replace([car(10, 1)]);
  t.same(cars.move([car(5, 9)]), [], 'a late fix is dropped');
  cars.move([car(20, 2)]);
  cars.replace([car(15, 1)]);
  t.match([...cars.values()], [{ at: 20, lon: 2 }], 'a fix that overtook the snapshot stays');
  cars.sweep(20 + 24 * HOUR);
  t.equal(cars.size, 1);
  cars.sweep(21 + 24 * HOUR);
  t.equal(cars.size, 0);
  t.end();
});

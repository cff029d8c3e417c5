import { distance } from 'geokdbush';
import t from 'tap';
import { Dice } from '../../src/jobs/demo/city/dice.js';
import { goods } from '../../src/jobs/demo/city/goods.js';
import { makeCity } from '../../src/jobs/demo/city/index.js';
import { route } from '../../src/jobs/demo/city/routes.js';

const sizes = { stations: 60, cars: 300 };
const city = makeCity(7, sizes);

t.test('a city is the same for the same seed, and another for another one', (t) => {
  t.same(makeCity(7, sizes), city);
  t.not(JSON.stringify(makeCity(8, sizes).stations), JSON.stringify(city.stations));
  t.end();
});

t.test('150 products have an id, a Chinese and an English name of their own, and a margin', (t) => {
  t.equal(goods.length, 150);
  for (const field of ['id', 'name', 'nameEn'] as const) {
    t.equal(new Set(goods.map((good) => good[field])).size, 150, field);
  }
  t.ok(goods.every(({ nameEn }) => /^[\x20-\x7e’]+$/.test(nameEn)));
  t.ok(goods.every(({ name }) => /\p{Script=Han}/u.test(name)));
  t.ok(goods.every(({ price, wholesale }) => Number.isInteger(price) && wholesale > 0 && wholesale < price));
  t.end();
});

t.test('stations and cars stand at crossings of one town, under names of their own', (t) => {
  t.equal(city.stations.length, 60);
  t.equal(city.cars.length, 300);
  t.equal(new Set(city.stations.map(({ name }) => name)).size, 60);
  t.equal(new Set(city.stations.map(({ crossing }) => crossing)).size, 60);
  t.equal(new Set(city.cars.map(({ deviceName }) => deviceName)).size, 300);
  for (const { lon, lat } of city.stations) t.ok(distance(lon, lat, city.name.lon, city.name.lat) < 15);
  t.end();
});

t.test('every product that a car plans is had by a station', (t) => {
  const supplied = new Set(city.stations.flatMap(({ stock }) => stock.map(({ product }) => product)));
  for (const { slots } of city.cars) {
    t.equal(new Set(slots.map(({ product }) => product)).size, 10, 'ten different products');
    t.ok(slots.every(({ product }) => supplied.has(product)));
  }
  t.end();
});

t.test('every crossing can be reached from every other one, along streets', (t) => {
  const { streets } = city;
  t.ok(streets.crossings.length > 400, `${streets.crossings.length} crossings`);
  const dice = new Dice(3);
  for (let i = 0; i < 50; i++) {
    const from = dice.whole(0, streets.crossings.length - 1);
    const to = dice.whole(0, streets.crossings.length - 1);
    const way = route(streets, from, to);
    t.equal(way[0], from);
    t.equal(way.at(-1), to);
    t.ok(way.slice(1).every((crossing, n) => streets.streets[way[n]!]!.some((street) => street.to === crossing)));
  }
  t.end();
});

t.test('a route takes the fast way: no detour over a neighbour is faster', (t) => {
  const { streets } = city;
  const took = (way: readonly number[]) =>
    way.slice(1).reduce((sum, crossing, n) => {
      const street = streets.streets[way[n]!]!.find(({ to }) => to === crossing)!;
      return sum + street.length / street.speed;
    }, 0);
  const whole = took(route(streets, 0, 300));
  for (const { to, length, speed } of streets.streets[0]!) {
    t.ok(length / speed + took(route(streets, to, 300)) >= whole - 1e-9);
  }
  t.end();
});

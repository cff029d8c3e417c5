import t from 'tap';

import type { Clock } from '../../src/actors/runtime/clock.js';
import { restocksCollection } from '../../src/actors/shared/restocks.js';
import { Pickups } from '../../src/gateway/geo/pickups.js';
import { Positions, positionsCollection, type Car, type PositionsOptions } from '../../src/gateway/geo/positions.js';
import { watchViews } from '../../src/gateway/geo/watch.js';
import type { Views } from '../../src/store/ports.js';
import { SimulatedStore } from '../../src/store/simulated/index.js';

const START = Date.UTC(2026, 10, 21, 4);
const SECOND = 1_000;
/** Metres of one degree of latitude. */
const DEGREE_M = 111_195;

/** A clock in the test's hand. */
class Hand implements Clock {
  time = START;
  private timers: { at: number; run: () => void }[] = [];
  now = () => this.time;
  soon = (run: () => void) => {
    run();
  };
  after = (ms: number, run: () => void) => {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  };
  get waiting() {
    return this.timers.length;
  }
  advance(ms: number) {
    const until = this.time + ms;
    for (;;) {
      const next = this.timers.sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.timers.shift();
      this.time = next.at;
      next.run();
    }
    this.time = until;
  }
}

function emptyViews(): Views {
  const collections = [positionsCollection, restocksCollection];
  const clock = {
    now: () => START,
    after: (_ms: number, run: () => void) => {
      queueMicrotask(run);
    },
  };
  return new SimulatedStore({ clock, random: () => 0.5, collections }).open().views;
}

function open(views = emptyViews(), more: Partial<PositionsOptions> = {}) {
  const clock = new Hand();
  const batches: (readonly Car[])[] = [];
  const positions = new Positions({
    ...{ views, clock, hasPickup: () => false },
    send: ({ value }) => batches.push(value.cars),
    onError: (error) => {
      throw error;
    },
    ...more,
  });
  return { clock, batches, positions };
}

t.test('a ping is kept as the last position, and an older or equal one is not', async (t) => {
  const { positions, clock } = open();
  t.same(positions.ping('dr_1', { lon: 121.47, lat: 31.23 }), { kept: true });
  clock.advance(15 * SECOND);
  t.same(positions.ping('dr_1', { lon: 121.471, lat: 31.23, bearing: 90 }), { kept: true });
  t.same(positions.ping('dr_1', { lon: 121.47, lat: 31.23, at: START + 1 }), { kept: false });
  t.same(positions.ping('dr_1', { lon: 121.47, lat: 31.23, at: START + 15 * SECOND }), { kept: false });
  t.same(positions.last('dr_1'), { lon: 121.471, lat: 31.23, at: START + 15 * SECOND, bearing: 90 });
});

t.test('a ping that cannot be true is refused by field and rule, and changes nothing', async (t) => {
  const { positions } = open();
  positions.ping('dr_1', { lon: 121.47, lat: 31.23 });
  const wrong = [
    [{ lon: 180.1, lat: 0 }, /^lon: /],
    [{ lon: 0, lat: -90.1 }, /^lat: /],
    [{ lon: NaN, lat: 0 }, /^lon: /],
    [{ lon: 0, lat: 0, bearing: 361 }, /^bearing: /],
    [{ lon: 0, lat: 0, at: 1.5 }, /^at: /],
    [{ lon: 0, lat: 0, at: START + 5_001 }, /^at: must not be in the future/],
  ] as const;
  for (const [ping, message] of wrong) {
    t.match(positions.ping('dr_1', ping), { refused: { code: 'bad_input', message } });
  }
  t.match(positions.last('dr_1'), { lon: 121.47, at: START });
});

t.test('a jump faster than 150 km/h is refused, one below is believed', async (t) => {
  const { positions, clock } = open();
  positions.ping('dr_1', { lon: 0, lat: 0 });
  clock.advance(60 * SECOND);
  const minuteAt = (kmh: number) => ({ lon: 0, lat: (kmh * 1000) / 60 / DEGREE_M });
  t.match(positions.ping('dr_1', minuteAt(151)), { refused: { code: 'position_jump', details: { kmh: 151 } } });
  t.same(positions.ping('dr_1', minuteAt(149)), { kept: true });
});

t.test('a recorded jump of a taxi in Porto is refused', async (t) => {
  const { positions } = open();
  const at = Date.parse('2013-07-01T00:05:09Z');
  positions.ping('dr_1', { lon: -8.609058, lat: 41.14692, at });
  const jump = { lon: -8.586027, lat: 41.148657, at: at + 30 * SECOND };
  t.match(positions.ping('dr_1', jump), { refused: { code: 'position_jump' } });
});

t.test('screens get what moved, once a second, and nothing when nothing moved', async (t) => {
  const { positions, clock, batches } = open();
  positions.ping('dr_1', { lon: 121.47, lat: 31.23 });
  positions.ping('dr_2', { lon: 121.48, lat: 31.23 });
  clock.advance(500);
  positions.ping('dr_1', { lon: 121.4701, lat: 31.23 });
  t.equal(batches.length, 0);
  clock.advance(500);
  t.same(batches, [
    [
      { id: 'dr_1', lon: 121.4701, lat: 31.23, at: START + 500, online: false, pickup: false },
      { id: 'dr_2', lon: 121.48, lat: 31.23, at: START, online: false, pickup: false },
    ],
  ]);
  clock.advance(5 * SECOND);
  t.equal(batches.length, 1);
  positions.setOnline('dr_2', true);
  positions.setOnline('dr_2', true);
  positions.setOnline('dr_3', true);
  clock.advance(SECOND);
  t.match(batches[1], [{ id: 'dr_2', online: true }]);
  t.equal(batches[1]?.length, 1, 'a driver without a position is not shown');
});

t.test('after a restart the cars stand where they stood', async (t) => {
  const views = emptyViews();
  const first = open(views);
  first.positions.ping('dr_1', { lon: 121.47, lat: 31.23, bearing: 10 });
  first.clock.advance(10 * SECOND);
  await first.positions.close();
  t.match(await views.get('positions', 'dr_1'), { lon: 121.47 }, 'written while it runs');
  first.positions.ping('dr_1', { lon: 121.4701, lat: 31.23 });
  first.positions.ping('dr_2', { lon: 121.5, lat: 31.23 });
  await first.positions.close();
  t.equal(first.clock.waiting, 0, 'no timer is left');
  const second = open(views);
  await second.positions.load();
  t.match(second.positions.cars(), [
    { id: 'dr_1', lon: 121.4701, at: START + 10 * SECOND, online: false },
    { id: 'dr_2', lon: 121.5, at: START + 10 * SECOND },
  ]);
});

t.test('the car that was silent longest is forgotten first', async (t) => {
  const { positions, clock } = open(undefined, { most: 2 });
  for (const driver of ['dr_1', 'dr_2', 'dr_1', 'dr_3']) {
    clock.advance(SECOND);
    positions.ping(driver, { lon: 1, lat: 1 });
  }
  t.same(
    positions.cars().map(({ id }) => id),
    ['dr_1', 'dr_3'],
  );
});

t.test('a view that cannot be written is told, and written with the next', async (t) => {
  const views = emptyViews();
  const errors: unknown[] = [];
  let away = true;
  const broken: Views = { ...watchViews(views, () => undefined), apply: (rows) => (away ? fail() : views.apply(rows)) };
  const { positions } = open(broken, { onError: (error) => errors.push(error) });
  positions.ping('dr_1', { lon: 121.47, lat: 31.23 });
  await positions.close();
  t.match(errors, [{ message: 'away' }]);
  away = false;
  await positions.close();
  t.match(await views.get('positions', 'dr_1'), { lon: 121.47 });
});

t.test('a car is marked while something waits for its driver, at start and live', async (t) => {
  const store = emptyViews();
  const changes: string[] = [];
  const row = (id: string, version: number, state: string, station = 'st_1') => ({
    ...{ collection: 'restocks', id, version },
    fields: { driver: 'dr_1', station, state, placedAt: START },
  });
  await store.apply([row('r_1', 1, 'ready'), row('r_2', 1, 'to_pay'), row('r_3', 1, 'picked_up')]);
  const pickups = new Pickups(store, (driver) => changes.push(driver));
  const views = watchViews(store, (rows) => {
    pickups.onRows(rows);
  });
  await pickups.load();
  t.ok(pickups.has('dr_1'));
  await views.apply([row('r_2', 2, 'to_prepare', 'st_2'), row('r_1', 2, 'picked_up')]);
  t.ok(pickups.has('dr_1'), 'one was picked up, another waits');
  t.same(changes, ['dr_1'], 'told when it begins and ends, not for each order');
  await views.apply([row('r_2', 3, 'refused', 'st_2')]);
  t.notOk(pickups.has('dr_1'));
  t.same(changes, ['dr_1', 'dr_1']);
});

function fail(): Promise<void> {
  return Promise.reject(new Error('away'));
}

import assert from 'node:assert/strict';

import fc from 'fast-check';
import t from 'tap';

import type { Board, RankedList, Report } from '../../src/actors/ranking/commands.js';
import { rankingActor } from '../../src/actors/ranking/index.js';
import { placeLeader } from '../../src/actors/ranking/leaders.js';
import type { ActorId } from '../../src/store/ports.js';
import { Shop } from '../support/shop.js';
import { Stage } from '../support/stage.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const DAY: ActorId = 'ranking:day.2026-11-21.CNY';

type Row = { id: string; name: string; amount: number; count: number };

const device = (from: string, seq: number, amount: number, more: Partial<Report> = {}): Report => ({
  from,
  fromName: `car ${from}`,
  seq,
  list: 'devices',
  amount,
  count: Math.ceil(amount / 100),
  ...more,
});

function tell(stage: Stage, report: Report, caller = `${report.list.slice(0, -1)}:${report.from}`) {
  return stage.ask(DAY, 'report', report, caller);
}

const board = (stage: Stage, limit = 100) => stage.read(DAY, 'board', { limit }) as Board;

t.test('the highest report of an owner counts, a lower or repeated one changes nothing', async (t) => {
  const stage = new Stage([rankingActor()]);
  await tell(stage, device('d_1', 2, 900));
  t.match(await tell(stage, device('d_1', 1, 400)), { value: { kept: false } });
  t.match(await tell(stage, device('d_1', 2, 901)), { value: { kept: false } });
  await tell(stage, device('d_2', 1, 300));
  t.same(stage.read(DAY, 'totals'), { stations: { amount: 0, orders: 0 }, devices: { amount: 1200, orders: 12 } });
  t.same(stage.read(DAY, 'top', { list: 'devices', limit: 1 }), [
    { id: 'd_1', name: 'car d_1', amount: 900, count: 9 },
  ]);
});

t.test('a driver is summed over devices, and a device that changes hands is split', async (t) => {
  const stage = new Stage([rankingActor()]);
  const ann = { id: 'dr_ann', name: 'Ann' };
  const bob = { id: 'dr_bob', name: 'Bob' };
  await tell(stage, device('d_1', 1, 500, { driver: [{ ...ann, amount: 500, count: 5 }] }));
  await tell(stage, device('d_2', 1, 200, { driver: [{ ...ann, amount: 200, count: 2 }] }));
  const split = [
    { ...ann, amount: 500, count: 5 },
    { ...bob, amount: 300, count: 1 },
  ];
  await tell(stage, device('d_1', 2, 800, { driver: split }));
  t.same(board(stage).top.drivers, [
    { ...ann, amount: 700, count: 7 },
    { ...bob, amount: 300, count: 1 },
  ]);
});

t.test('products are what stations supply, in units', async (t) => {
  const stage = new Stage([rankingActor()]);
  const of = (from: string, units: number): Report => ({
    ...device(from, 1, units * 200),
    list: 'stations',
    products: [{ id: 'pr_tea', name: 'Tea', amount: units * 200, units }],
  });
  await tell(stage, of('st_1', 3));
  await tell(stage, of('st_2', 4));
  t.same(board(stage).top.products, [{ id: 'pr_tea', name: 'Tea', amount: 1400, count: 7 }]);
  t.equal(board(stage).totals.stations.amount, 1400);
});

t.test('only the owner itself, or a rebuild, reports for an owner', async (t) => {
  const stage = new Stage([rankingActor()]);
  t.match(await tell(stage, device('d_1', 1, 100), 'device:d_2'), { error: { code: 'not_yours' } });
  t.match(await tell(stage, device('d_1', 1, 100), 'passenger:p_1'), { error: { code: 'not_yours' } });
  await tell(stage, device('d_1', 1, 100));
  t.match(await tell(stage, device('d_1', 1, 150), 'system:rankings'), { value: { kept: true } }, 'a rebuild mends');
  t.equal(board(stage).totals.devices.amount, 150);
});

t.test('a report that cannot be true is refused and changes nothing', async (t) => {
  const stage = new Stage([rankingActor()]);
  for (const wrong of [
    device('d_1', 1, 0.5),
    device('d_1', 1, -1),
    device('d_1', 1.5, 100),
    device('__proto__', 1, 1),
    device('d_1', 1, 100, { driver: [{ id: 'dr/1', name: '', amount: 1, count: 1 }] }),
  ]) {
    t.match(await tell(stage, wrong), { error: { code: 'bad_input' } });
  }
  await tell(stage, device('constructor', 1, 100));
  t.equal(board(stage).totals.devices.amount, 100);
});

t.test('a screen hears the new absolute figures of exactly what changed', async (t) => {
  const stage = new Stage([rankingActor()]);
  const ann = { id: 'dr_ann', name: 'Ann', amount: 500, count: 5 };
  const item = { id: 's_1', at: 5, where: 'car d_1', product: 'Tea', amount: 500, lon: 121.4, lat: 31.2 };
  await tell(stage, device('d_1', 1, 500, { driver: [ann], recent: [item] }));
  await tell(stage, device('d_2', 1, 100));
  await tell(stage, device('d_1', 2, 500, { driver: [ann], recent: [item] }));
  t.same(
    stage.pushes.map(({ channel, name, data }) => ({ channel, name, data })),
    [
      {
        channel: 'fleet',
        name: 'totals',
        data: {
          totals: { stations: { amount: 0, orders: 0 }, devices: { amount: 500, orders: 5 } },
          rows: [
            { list: 'devices', id: 'd_1', name: 'car d_1', amount: 500, count: 5 },
            { list: 'drivers', ...ann },
          ],
          recent: [
            { kind: 'sale', what: 'Tea', id: 's_1', at: 5, where: 'car d_1', amount: 500, lon: 121.4, lat: 31.2 },
          ],
        },
      },
      {
        channel: 'fleet',
        name: 'totals',
        data: {
          totals: { stations: { amount: 0, orders: 0 }, devices: { amount: 600, orders: 6 } },
          rows: [{ list: 'devices', id: 'd_2', name: 'car d_2', amount: 100, count: 1 }],
          recent: [],
        },
      },
    ],
    'a report without news is not pushed',
  );
});

t.test('recent items are the newest fifty, newest first', async (t) => {
  const stage = new Stage([rankingActor()]);
  const item = (at: number) => ({ id: `s_${at}`, at, where: 'car', product: 'Tea', amount: 1 });
  await tell(stage, device('d_1', 1, 1, { recent: Array.from({ length: 70 }, (_, i) => item(i)) }));
  await tell(stage, device('d_2', 1, 1, { recent: [item(30), item(100)] }));
  t.same(
    board(stage).recent.map(({ at }) => at),
    [100, ...Array.from({ length: 49 }, (_, i) => 69 - i)],
  );
});

t.test('lost, repeated and reordered reports end in the figures of the highest ones', async (t) => {
  t.comment(`SEED=${seed}`);
  const report = fc.record({
    owner: fc.integer({ min: 1, max: 150 }),
    seq: fc.integer({ min: 1, max: 6 }),
    amount: fc.integer({ min: 0, max: 400 }),
    shares: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 0, max: 99 })), {
      maxLength: 4,
      selector: ([id]) => id,
    }),
  });
  const told = fc.array(report, { maxLength: 300 }).map((all) => {
    // One owner says one thing with one seq.
    const known = new Map(all.map((one) => [`${one.owner} ${one.seq}`, one]));
    return all.map((one) => known.get(`${one.owner} ${one.seq}`)!);
  });
  await fc.assert(
    fc.asyncProperty(told, async (all) => {
      const stage = new Stage([rankingActor()]);
      const highest = new Map<string, Report>();
      for (const { owner, seq, amount, shares } of all) {
        const station = owner % 2 === 0;
        const parts = shares.map(([id, part]) => ({ id: `x_${id}`, name: `x ${id}`, amount: part, count: part % 7 }));
        const full = device(station ? `st_${owner}` : `d_${owner}`, seq, amount, {
          list: station ? 'stations' : 'devices',
          ...(station
            ? { products: parts.map(({ count, ...part }) => ({ ...part, units: count })) }
            : { driver: parts }),
        });
        await tell(stage, full);
        if (seq >= (highest.get(full.from)?.seq ?? 0)) highest.set(full.from, full);
      }
      const shown = board(stage);
      for (const list of ['devices', 'stations', 'drivers', 'products'] as const) {
        assert.deepEqual(nonZero(shown.top[list]), expected(list, [...highest.values()]));
      }
      assert.equal(shown.totals.devices.amount, sum(highest, 'devices'));
      assert.equal(shown.totals.stations.amount, sum(highest, 'stations'));
    }),
    { seed, numRuns: 60 },
  );
});

t.test('leaders are the first hundred of all rows, also when one of them sinks', async (t) => {
  t.comment(`SEED=${seed}`);
  const change = fc.tuple(fc.integer({ min: 0, max: 149 }), fc.integer({ min: 0, max: 500 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 200, maxLength: 600 }), (changes) => {
      const rows: Record<string, { name: string; amount: number; count: number }> = {};
      const leaders: string[] = [];
      for (const [n, amount] of changes) {
        const before = rows[`d_${n}`]?.amount ?? 0;
        rows[`d_${n}`] = { name: '', amount, count: 1 };
        placeLeader(leaders, rows, `d_${n}`, before);
      }
      const ids = Object.keys(rows).sort((a, b) => rows[b]!.amount - rows[a]!.amount || (a < b ? -1 : 1));
      assert.deepEqual(leaders, ids.slice(0, 100));
    }),
    { seed, numRuns: 30 },
  );
});

function sum(reports: ReadonlyMap<string, Report>, list: string): number {
  return [...reports.values()].reduce((all, one) => all + (one.list === list ? one.amount : 0), 0);
}

/** A row whose figures went back to nothing may stay, with zeros. */
function nonZero(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ amount }) => amount > 0);
}

function expected(list: RankedList, reports: readonly Report[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const one of reports) {
    const parts = { devices: [], stations: [], drivers: [], products: [] } as Record<RankedList, Row[]>;
    parts[one.list].push({ id: one.from, name: one.fromName, amount: one.amount, count: one.count });
    parts.drivers.push(...(one.driver ?? []));
    parts.products.push(...(one.products ?? []).map(({ units, ...rest }) => ({ ...rest, count: units })));
    for (const { id, name, amount, count } of parts[list]) {
      const row = rows.get(id) ?? { id, name, amount: 0, count: 0 };
      rows.set(id, { id, name, amount: row.amount + amount, count: row.count + count });
    }
  }
  const sorted = [...rows.values()].sort((a, b) => b.amount - a.amount || (a.id < b.id ? -1 : 1));
  return nonZero(sorted.slice(0, 100));
}

t.test('however many sales an interval has, telling the rankings costs the same few entries', async (t) => {
  const shop = await Shop.open();
  const told = (since: number) => {
    const entries = shop
      .since(since)
      .filter(({ actor, type }) => type === 'tellRankings' || actor.startsWith('ranking:'));
    return entries.map(({ actor, type }) => `${actor.split(':')[0] ?? ''} ${type}`).sort();
  };
  for (let i = 0; i < 5; i++) await shop.sell([{ slot: 1, units: 1 }]);
  const day = shop.mark();
  await shop.stage.advance(shop.terms.reportEveryMs);
  t.same(told(day), ['device tellRankings', 'ranking report'], 'the day: two entries');
  const longer = shop.mark();
  await shop.stage.advance(shop.terms.slowReportEveryMs);
  t.same(told(longer), ['device tellRankings', ...Array<string>(4).fill('ranking report')], 'the rest: five');
  const quiet = shop.mark();
  await shop.stage.advance(10 * shop.terms.slowReportEveryMs);
  t.same(told(quiet), [], 'nobody who sold nothing tells anything');
  for (const key of ['day.2026-11-21', 'week.2026-W47', 'month.2026-11', 'year.2026', 'all.all']) {
    t.match(shop.stage.read(`ranking:${key}.CNY`, 'totals'), { devices: { amount: 1500, orders: 5 } }, key);
  }
});

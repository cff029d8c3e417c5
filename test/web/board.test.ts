import t from 'tap';
import { applyPush, RECENT, streamsOf, unseen, type Board, type Step } from '../../web/src/fleet/board.js';
import type { Order, Push, Row, Snapshot, TotalsPush } from '../../web/src/line/protocol.js';

const DAY = 'ranking:day.2026-11-21.CNY/fleet';
const WEEK = 'ranking:week.2026-W47.CNY/fleet';
const CENSUS = 'fleet:platform/census';

function row(id: string, amount: number, count = 1): Row {
  return { id, name: `name of ${id}`, amount, count };
}

function order(n: number): Order {
  return { id: `s_${n}`, at: n, kind: 'sale', where: 'car', what: 'water', amount: 300 };
}

const totals = (stations: number, devices: number) => ({
  stations: { amount: stations, orders: 1 },
  devices: { amount: devices, orders: 2 },
});

function board(changed: Partial<Snapshot> = {}): Board {
  const top = { products: [], stations: [], drivers: [row('dr_a', 900), row('dr_b', 500)], devices: [] };
  return {
    at: 0,
    zone: 'Asia/Shanghai',
    currency: 'CNY',
    city: { name: '上海', nameEn: 'Shanghai', lon: 121.47, lat: 31.23 },
    day: '2026-11-21',
    dayEndsAt: 1,
    today: { stream: DAY, head: 10, totals: totals(1_000, 1_400) },
    shown: { period: 'day', stream: DAY, head: 10, totals: totals(1_000, 1_400), top },
    curve: [
      { day: '2026-11-20', stations: 7, devices: 8, orders: 9 },
      { day: '2026-11-21', stations: 1_000, devices: 1_400, orders: 3 },
    ],
    census: { stream: CENSUS, head: 4, total: 3, online: 2 },
    stations: [],
    cars: [],
    recent: [order(1)],
    ...changed,
  };
}

function push(seq: number, prev: number, data: Partial<TotalsPush['data']> = {}, stream = DAY): Push {
  return { stream, seq, prev, name: 'totals', data: { totals: totals(1_000, 1_700), rows: [], recent: [], ...data } };
}

function applied(step: Step): Board {
  if (step.kind !== 'applied') throw new Error(`the push was ${step.kind}`);
  return step.board;
}

t.test('one push sets totals, curve, ranking and recent orders to what it says', (t) => {
  const data = { rows: [{ list: 'drivers' as const, ...row('dr_b', 1_200, 4) }], recent: [order(2)] };
  const step = applyPush(board(), push(12, 10, data));
  const after = applied(step);
  t.same(after.today.totals, totals(1_000, 1_700));
  t.same(after.curve.at(-1), { day: '2026-11-21', stations: 1_000, devices: 1_700, orders: 3 });
  t.same(after.curve.at(0), { day: '2026-11-20', stations: 7, devices: 8, orders: 9 }, 'a day that is over stands');
  t.same(
    after.shown.top.drivers.map(({ id, amount }) => [id, amount]),
    [
      ['dr_b', 1_200],
      ['dr_a', 900],
    ],
  );
  t.same(
    after.recent.map(({ id }) => id),
    ['s_2', 's_1'],
  );
  t.same(step.kind === 'applied' && step.orders, [order(2)]);
  t.end();
});

t.test('F1: a push seen before changes nothing, however often it comes', (t) => {
  const once = applied(applyPush(board(), push(12, 10)));
  t.same(applyPush(once, push(12, 10)), { kind: 'ignored' });
  t.same(applyPush(once, push(9, 8)), { kind: 'ignored' });
  t.end();
});

t.test('F2: a push whose predecessor was not seen asks for a new snapshot', (t) => {
  t.same(applyPush(board(), push(14, 12)), { kind: 'gap' });
  t.equal(applyPush(board(), push(14, 8)).kind, 'applied', 'entries without a push are no gap');
  t.same(applyPush(board(), { stream: CENSUS, seq: 9, prev: 7, name: 'census', data: { total: 5, online: 5 } }), {
    kind: 'gap',
  });
  t.end();
});

t.test('F4: a late push of yesterday does not reach today', (t) => {
  t.same(applyPush(board(), push(99, 98, {}, 'ranking:day.2026-11-20.CNY/fleet')), { kind: 'ignored' });
  t.end();
});

t.test('with another period shown, the day moves the headline and the period moves the lists', (t) => {
  const week = { ...board().shown, period: 'week' as const, stream: WEEK, head: 3 };
  const rows = [{ list: 'drivers' as const, ...row('dr_c', 7_000) }];
  const day = applied(applyPush(board({ shown: week }), push(12, 10, { rows })));
  t.same(day.today.totals, totals(1_000, 1_700));
  t.same(day.shown.top, week.top);
  const both = applied(applyPush(day, push(5, 3, { rows, recent: [order(9)] }, WEEK)));
  t.equal(both.shown.top.drivers[0]?.id, 'dr_c');
  t.same(both.recent, day.recent, 'orders are told by the day alone');
  t.end();
});

t.test('a top ten of snapshot and pushes is the top ten of all', (t) => {
  const drivers = Array.from({ length: 10 }, (_, n) => row(`dr_${n}`, 1_000 - n));
  let now = board({ shown: { ...board().shown, top: { ...board().shown.top, drivers } } });
  const climb = (id: string, amount: number, seq: number) => {
    now = applied(applyPush(now, push(seq, seq - 1, { rows: [{ list: 'drivers', ...row(id, amount) }] })));
  };
  climb('dr_new', 995, 11);
  t.notOk(
    now.shown.top.drivers.some(({ id }) => id === 'dr_9'),
    'the tenth fell out',
  );
  climb('dr_9', 2_000, 12);
  t.equal(now.shown.top.drivers[0]?.id, 'dr_9', 'and came back by what it sold');
  t.equal(now.shown.top.drivers.length, 10);
  t.end();
});

t.test('a pushed row keeps the English name that only the snapshot told', (t) => {
  const products = [{ ...row('pr_1', 5), nameEn: 'Water' }];
  const known = board({ shown: { ...board().shown, top: { ...board().shown.top, products } } });
  const after = applied(applyPush(known, push(12, 10, { rows: [{ list: 'products', ...row('pr_1', 8) }] })));
  t.match(after.shown.top.products, [{ id: 'pr_1', nameEn: 'Water', amount: 8 }]);
  t.end();
});

t.test('the census is what its last push says', (t) => {
  const step = applyPush(board(), { stream: CENSUS, seq: 6, prev: 4, name: 'census', data: { total: 9, online: 5 } });
  t.match(applied(step).census, { head: 6, total: 9, online: 5 });
  t.end();
});

t.test('fifty orders are remembered, the newest', (t) => {
  let now = board();
  for (let n = 2; n <= 80; n++) now = applied(applyPush(now, push(10 + n, 8 + n, { recent: [order(n)] })));
  t.equal(now.recent.length, RECENT);
  t.equal(now.recent[0]?.id, 's_80');
  t.end();
});

t.test('after a reconnect only orders not seen before are new', (t) => {
  t.same(
    unseen([order(1), order(2)], [order(3), order(2), order(4)]).map(({ id }) => id),
    ['s_4', 's_3'],
  );
  t.end();
});

t.test('day and shown period share one stream when the day is shown', (t) => {
  t.same(
    [...streamsOf(board())],
    [
      [CENSUS, 4],
      [DAY, 10],
    ],
  );
  t.end();
});

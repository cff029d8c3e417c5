import t from 'tap';

import type { Board } from '../../src/actors/ranking/commands.js';
import { periodNames } from '../../src/actors/shared/period.js';
import { device, noon, Shop } from '../support/shop.js';

/** ms UTC of a moment in Shanghai, which is eight hours ahead. */
const shanghai = (text: string) => Date.parse(`${text}+08:00`);

function board(shop: Shop, ranking: string): Board {
  return shop.stage.read(`ranking:${ranking}.CNY`, 'board', { limit: 10 }) as Board;
}

async function sellAt(shop: Shop, at: number): Promise<void> {
  await shop.stage.advance(at - shop.stage.now);
  await shop.sell([{ slot: 1, units: 1 }]);
}

t.test('a sale counts in its day, week, month, year and all', async (t) => {
  const shop = await Shop.open();
  await shop.sell([
    { slot: 1, units: 2 },
    { slot: 2, units: 1 },
  ]);
  const keys = { day: '2026-11-21', week: '2026-W47', month: '2026-11', year: '2026', all: 'all' };
  for (const period of periodNames) {
    t.match(shop.state.totals[period], {
      key: keys[period],
      amount: 1350,
      orders: 1,
      before: null,
      products: { pr_water: { name: 'Water', amount: 600, units: 2 }, pr_tea: { amount: 750, units: 1 } },
      drivers: { dr_1: { name: 'Name of dr_1', amount: 1350, count: 1 } },
    });
  }
});

t.test('only what was dropped counts', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 3 }], 'p_1', { pay: 'balance' });
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  t.match(shop.state.totals.day, { amount: 300, orders: 1, products: { pr_water: { amount: 300, units: 1 } } });
});

t.test('the business midnight begins a day, and a week, a month and a year where they begin', async (t) => {
  const shop = await Shop.open(undefined, shanghai('2026-12-30T12:00'));
  const spans = () => periodNames.map((period) => [shop.state.totals[period].key, shop.state.totals[period].orders]);
  await sellAt(shop, shanghai('2026-12-31T23:59:59.999'));
  await sellAt(shop, shanghai('2027-01-01T00:00'));
  t.same(
    spans(),
    [
      ['2027-01-01', 1],
      ['2026-W53', 2],
      ['2027-01', 1],
      ['2027', 1],
      ['all', 2],
    ],
    'new year is a Friday: the week goes on',
  );
  t.match(shop.state.totals.year.before, { key: '2026', amount: 300, orders: 1 });
  await sellAt(shop, shanghai('2027-01-03T23:59'));
  await sellAt(shop, shanghai('2027-01-04T00:00'));
  t.same(spans(), [
    ['2027-01-04', 1],
    ['2027-W01', 1],
    ['2027-01', 3],
    ['2027', 3],
    ['all', 4],
  ]);
  t.match(shop.state.totals.day.before, { key: '2027-01-03', orders: 1 });
});

t.test("a month's end in the business zone is not the one in UTC", async (t) => {
  const shop = await Shop.open(undefined, noon);
  await sellAt(shop, Date.UTC(2026, 10, 30, 15, 59));
  t.equal(shop.state.totals.month.key, '2026-11');
  await sellAt(shop, Date.UTC(2026, 10, 30, 16, 0));
  t.equal(shop.state.totals.month.key, '2026-12');
});

t.test('rankings have the figures of device and driver a moment later', async (t) => {
  const shop = await Shop.open();
  await shop.sell([{ slot: 1, units: 1 }]);
  await shop.claim('dr_2', 'XXXX');
  await shop.stage.advance(1);
  await shop.sell([{ slot: 2, units: 1 }]);
  t.equal(board(shop, 'day.2026-11-21').totals.devices.orders, 0, 'not with each sale');
  await shop.stage.advance(2_000);
  t.match(board(shop, 'day.2026-11-21'), {
    totals: { devices: { amount: 1050, orders: 2 } },
    top: {
      devices: [{ id: 'd_1', name: 'Car 1', amount: 1050, count: 2 }],
      drivers: [
        { id: 'dr_2', name: 'Name of dr_2', amount: 750, count: 1 },
        { id: 'dr_1', name: 'Name of dr_1', amount: 300, count: 1 },
      ],
    },
    recent: [
      { kind: 'sale', where: 'Car 1', what: 'Tea', amount: 750 },
      { kind: 'sale', where: 'Car 1', what: 'Water', amount: 300 },
    ],
  });
  await shop.stage.advance(28_000);
  for (const ranking of ['week.2026-W47', 'month.2026-11', 'year.2026', 'all.all']) {
    t.match(board(shop, ranking).totals.devices, { amount: 1050, orders: 2 }, ranking);
  }
});

t.test('what was sold just before midnight reaches the ranking of its own day', async (t) => {
  const shop = await Shop.open();
  await sellAt(shop, shanghai('2026-11-30T23:59:59.900'));
  await sellAt(shop, shanghai('2026-12-01T00:00:00.100'));
  await shop.stage.advance(60_000);
  for (const ranking of ['day.2026-11-30', 'month.2026-11', 'day.2026-12-01', 'month.2026-12']) {
    t.match(board(shop, ranking).totals.devices, { amount: 300, orders: 1 }, ranking);
  }
  t.match(board(shop, 'week.2026-W49').totals.devices, { amount: 600, orders: 2 });
  t.equal(board(shop, 'day.2026-12-01').recent.length, 1, 'each day has its own running line');
  t.equal(board(shop, 'day.2026-11-30').recent.length, 1);
});

t.test('the owner reads his totals and best sellers', async (t) => {
  const shop = await Shop.open();
  await shop.sell([
    { slot: 1, units: 1 },
    { slot: 2, units: 1 },
  ]);
  t.match(shop.stage.read(device, 'home', {}, 'driver:dr_1'), {
    totals: {
      day: {
        amount: 1050,
        orders: 1,
        products: [
          { id: 'pr_tea', amount: 750 },
          { id: 'pr_water', amount: 300 },
        ],
      },
    },
    counters: { placed: 1, settled: 1, open: 0 },
  });
});

t.test('the row of a device says whose it is, whether it is there, and now and then what it sold', async (t) => {
  const shop = await Shop.open();
  const row = () => shop.stage.rows.filter(({ collection }) => collection === 'devices').at(-1);
  t.match(row(), {
    id: 'd_1',
    fields: { search: 'car 1', activated: true, online: true, connection: 'c_1', orders: 0 },
  });
  await shop.sell([{ slot: 1, units: 1 }]);
  await shop.stage.advance(30_000);
  t.match(row()?.fields, { orders: 1, amount: 300, owner: 'dr_1', counters: { settled: 1 } });
  await shop.device('release', {}, 'driver:dr_1');
  t.match(row()?.fields, { activated: false, owner: '', ownerName: '' });
});

/** The big screen in a real browser, on a server that says exactly what the real one says. */
import t from 'tap';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { Cable } from './support/cable.js';
import { FakeCity, type FakeCityOptions, type Sold } from './support/fakeCity.js';
import { difference, figures, lineIs, stands } from './support/figures.js';
import { openWall, PAGE, type OpenedWall, type Wall } from './support/page.js';
import { CITY } from './support/town.js';

const NOON = Date.UTC(2026, 10, 21, 4);
const NEARLY_MIDNIGHT = Date.UTC(2026, 10, 21, 15, 59, 50);
const CAR = { id: 'd_1', lon: 121.48, lat: 31.24, at: NOON, online: true, pickup: false };
const STATION = { id: 'st_1', name: '人民广场站', lon: 121.47, lat: 31.23 };

const SALE: Sold = {
  kind: 'sale',
  amount: 1_250,
  what: '乌龙茶',
  where: '沪A·0001',
  touched: [
    { list: 'drivers', id: 'dr_1', name: '王建国' },
    { list: 'devices', id: 'd_1', name: 'd_1' },
  ],
  place: CAR,
};
const RESTOCK: Sold = {
  kind: 'restock',
  amount: 8_400,
  what: '乌龙茶',
  where: STATION.name,
  touched: [
    { list: 'products', id: 'pr_1', name: '乌龙茶', nameEn: 'Oolong tea' },
    { list: 'stations', id: 'st_1', name: STATION.name },
  ],
  units: 24,
  place: STATION,
};

let browser: Browser;

t.before(async () => {
  browser = await openBrowser();
});
t.teardown(() => browser.close());

type Test = Pick<typeof t, 'teardown'>;

/** A small city, and a wall that shows it over a cable. */
async function hang(t: Test, city: Partial<FakeCityOptions> = {}, wall: Wall = {}) {
  const served = await FakeCity.open({ page: PAGE, city: CITY, stations: [STATION], cars: [CAR], at: NOON, ...city });
  const cable = await Cable.to(served.port);
  const opened = await openWall(browser, cable.url, wall);
  t.teardown(async () => {
    await opened.close();
    await cable.close();
    await served.close();
  });
  return { city: served, cable, ...opened };
}

t.test('one sale moves total, curve, ranking and stream by exactly its amount, and nothing else', async (t) => {
  const wall = await hang(t);
  wall.city.sell(SALE);
  await stands(wall.page, 'car-sales', 1_250);
  const before = await figures(wall.page);
  const order = wall.city.sell({ ...SALE, amount: 2_150 });
  await stands(wall.page, 'car-sales', 3_400);
  t.same(difference(before, await figures(wall.page)), {
    'car-sales': 2_150,
    orders: 1,
    'car-orders': 1,
    '2026-11-21/devices': 2_150,
    '2026-11-21/orders': 1,
    'drivers/dr_1/amount': 2_150,
    'drivers/dr_1/count': 1,
  });
  const passing = wall.page.locator(`[data-order="${order.id}"]`);
  await passing.waitFor();
  t.equal(await passing.locator('data').getAttribute('value'), '2150');
  t.equal(await passing.locator('data').textContent(), '¥21.50');
  await wall.page.getByText('¥34', { exact: true }).first().waitFor();
  t.same(wall.errors, []);
});

t.test('one restock moves the headline, its product and its station by exactly its amount', async (t) => {
  const wall = await hang(t);
  wall.city.sell(RESTOCK);
  await stands(wall.page, 'station-sales', 8_400);
  const before = await figures(wall.page);
  wall.city.sell(RESTOCK);
  await stands(wall.page, 'station-sales', 16_800);
  t.same(difference(before, await figures(wall.page)), {
    'station-sales': 8_400,
    orders: 1,
    'restock-orders': 1,
    '2026-11-21/stations': 8_400,
    '2026-11-21/orders': 1,
    'products/pr_1/amount': 8_400,
    'products/pr_1/count': 24,
    'stations/st_1/amount': 8_400,
    'stations/st_1/count': 1,
  });
  // A push names the product in Chinese only; the wall asks for its English name.
  await wall.page.locator('[data-list="products"] .name', { hasText: /^Oolong tea$/ }).waitFor();
});

t.test(
  'a line cut during ten sales is told as reconnecting, then stale; then the figures are the server’s',
  async (t) => {
    const wall = await hang(t, {}, { at: NOON });
    await lineIs(wall.page, 'live');
    for (let n = 0; n < 10; n++) {
      wall.city.sell(SALE);
      if (n === 4) wall.cable.cut();
    }
    await lineIs(wall.page, 'quiet');
    await wall.page.clock.fastForward(26_000);
    await lineIs(wall.page, 'reconnecting');
    t.match(await wall.page.locator('.line').textContent(), /^▲ Reconnecting \d+ s$/);
    await wall.page.clock.fastForward(36_000);
    await lineIs(wall.page, 'stale');
    t.match(await wall.page.locator('.line').textContent(), /^■ Stale since 12:00$/);
    t.equal(await colourOf(wall, '.headline'), 'rgb(123, 136, 150)', 'values of a stale wall are grey');
    wall.cable.restore();
    await wall.page.clock.fastForward(31_000);
    await lineIs(wall.page, 'live');
    const { totals } = wall.city.today;
    t.equal(totals.devices.amount, 12_500);
    await stands(wall.page, 'car-sales', totals.devices.amount);
    await stands(wall.page, 'car-orders', 10);
    wall.city.sell(SALE);
    await stands(wall.page, 'car-sales', 13_750);
    t.equal((await figures(wall.page))['drivers/dr_1/amount'], 13_750);
    t.same(wall.errors, []);
  },
);

t.test('a line that falls silent without a word is dropped after 25 seconds and made anew', async (t) => {
  const wall = await hang(t, {}, { at: NOON });
  await lineIs(wall.page, 'live');
  wall.cable.silence();
  wall.city.sell(SALE);
  await wall.page.clock.fastForward(26_000);
  await lineIs(wall.page, 'reconnecting');
  await wall.page.clock.fastForward(5_000);
  await stands(wall.page, 'car-sales', 1_250);
  await lineIs(wall.page, 'live');
});

t.test('a push that was lost on the way is healed by a snapshot, and nothing counts twice', async (t) => {
  const wall = await hang(t);
  await lineIs(wall.page, 'live');
  wall.city.swallow(SALE);
  wall.city.sell(SALE);
  await stands(wall.page, 'car-sales', 2_500);
  wall.city.sell(SALE);
  await stands(wall.page, 'car-sales', 3_750);
});

t.test('at midnight the day is over: new totals, the old day in the curve, sales go on', async (t) => {
  const wall = await hang(t, { at: NEARLY_MIDNIGHT }, { at: NEARLY_MIDNIGHT });
  wall.city.sell(SALE);
  wall.city.sell(RESTOCK);
  await stands(wall.page, 'station-sales', 8_400);
  await wall.page.clock.fastForward(wall.city.midnight());
  await stands(wall.page, 'station-sales', 0);
  const after = await figures(wall.page);
  t.equal(after['car-sales'], 0);
  t.equal(after['2026-11-21/stations'], 8_400);
  t.equal(after['2026-11-22/stations'], 0);
  t.match(await wall.page.locator('.clock').textContent(), /^00:00:/);
  t.ok(await wall.page.getByText('No orders yet').first().isVisible());
  wall.city.sell(SALE);
  await stands(wall.page, 'car-sales', 1_250);
  t.equal((await figures(wall.page))['2026-11-22/devices'], 1_250);
  t.same(wall.errors, []);
});

t.test('keys 1 to 4 choose the lists’ period, which is back at the day after five minutes', async (t) => {
  const wall = await hang(t, {}, { at: NOON });
  wall.city.sell(RESTOCK);
  await stands(wall.page, 'station-sales', 8_400);
  for (const [key, period] of [
    ['2', 'week'],
    ['3', 'month'],
    ['4', 'year'],
  ] as const) {
    await wall.page.keyboard.press(key);
    await wall.page.locator(`.lists[data-period="${period}"]`).waitFor();
  }
  wall.city.sell(SALE);
  await stands(wall.page, 'car-sales', 1_250);
  await wall.page.locator('[data-list="drivers"] [data-id="dr_1"] .amount[value="1250"]').waitFor();
  await wall.page.clock.fastForward(300_000);
  await wall.page.locator('.lists[data-period="day"]').waitFor();
});

t.test('an empty day is a real zero, told in words', async (t) => {
  const wall = await hang(t, { cars: [] }, { language: 'zh' });
  await lineIs(wall.page, 'live');
  t.equal(await wall.page.locator('[data-figure="station-sales"]').textContent(), '¥0');
  t.equal(await wall.page.locator('.ticker .none').textContent(), '今日暂无订单');
  t.equal(await wall.page.locator('.week canvas').count(), 1, 'the curve stays');
  t.same(wall.errors, []);
});

t.test('one device has a map, and can sell', async (t) => {
  const wall = await hang(t);
  await stands(wall.page, 'cars', 1);
  wall.city.drive([{ ...CAR, lon: 121.481, at: NOON + 1_000 }]);
  wall.city.sell(SALE);
  await stands(wall.page, 'car-sales', 1_250);
  t.same(wall.errors, []);
});

t.test('cars are those online and those offline in every frame, also while the numbers move', async (t) => {
  const wall = await hang(t);
  await stands(wall.page, 'cars', 1);
  const shows = (figure: string, text: string) =>
    wall.page
      .locator(`[data-figure="${figure}"]`)
      .filter({ hasText: new RegExp(`^${text}$`) })
      .waitFor();
  await wall.page.evaluate(`(() => {
    const shown = (figure) => Number(document.querySelector('[data-figure="' + figure + '"]').textContent);
    globalThis.apart = 0;
    const look = () => {
      globalThis.apart = Math.max(globalThis.apart, Math.abs(shown('cars') - shown('online') - shown('offline')));
      requestAnimationFrame(look);
    };
    look();
  })()`);
  wall.city.count(100, 60);
  await shows('online', '60');
  wall.city.count(100, 80);
  await shows('online', '80');
  wall.city.count(400, 200);
  await shows('offline', '200');
  t.ok((await wall.page.evaluate<number>('globalThis.apart')) <= 2, 'but for what each is rounded');
});

t.test('a wall that is not let in says so and shows no figure', async (t) => {
  const wall = await hang(t, { key: 'secret' });
  await lineIs(wall.page, 'refused');
  t.equal(await wall.page.locator('.line').textContent(), '■ Not authorised');
  t.equal(await wall.page.locator('[data-figure="station-sales"]').textContent(), '—', 'unknown is a dash, not a zero');
});

t.test('a screen key after the hash opens a closed wall', async (t) => {
  const wall = await hang(t, { key: 'secret' }, { key: 'secret' });
  await lineIs(wall.page, 'live');
  await stands(wall.page, 'station-sales', 0);
});

t.test('a cold start without a line shows what was kept, marked stale', async (t) => {
  const wall = await hang(t, {}, { at: NOON });
  wall.city.sell(RESTOCK);
  await stands(wall.page, 'station-sales', 8_400);
  await wall.page.clock.runFor(61_000);
  await wall.page.routeWebSocket(/./, (socket) => {
    void socket.close();
  });
  await wall.page.reload();
  await lineIs(wall.page, 'stale');
  await stands(wall.page, 'station-sales', 8_400);
  t.match(await wall.page.locator('.line').textContent(), /^■ Stale since 12:0\d$/);
});

async function colourOf({ page }: Pick<OpenedWall, 'page'>, selector: string): Promise<string> {
  return page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).color`);
}

/** How the wall looks: sizes, languages, many cars and many orders, in a real browser. */
import t from 'tap';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { lineIs, overflow, stands } from './support/figures.js';
import { openWall, PAGE, type OpenedWall, type Wall } from './support/page.js';
import { picture } from './support/picture.js';
import { seed } from './support/random.js';
import { Town } from './support/town.js';

/** Type sizes in u, as decided for a reader five metres away. */
const SIZES = [
  ['.headline', 9],
  ['.orders .number', 6],
  ['.clock', 5],
  ['.line', 3.6],
  ['.offline data', 3.6],
  ['.ticker', 2.6],
  ['.lists li .name', 2.2],
] as const;
/** Frames that a page is watched for. */
const FRAMES = 60;
const NOON = Date.UTC(2026, 10, 21, 4);

type Test = Pick<typeof t, 'teardown'>;

let browser: Browser;

t.before(async () => {
  browser = await openBrowser();
  t.comment(`SEED=${seed}`);
});
t.teardown(() => browser.close());

async function hang(t: Test, cars: number, wall: Wall = {}) {
  const town = Town.of(cars, NOON, seed);
  const city = await town.open(PAGE, NOON);
  t.teardown(() => city.close());
  const opened = await openWall(browser, `http://127.0.0.1:${city.port}`, { width: 1920, height: 1080, ...wall });
  t.teardown(() => opened.close());
  return { town, city, ...opened };
}

for (const language of ['zh', 'en'] as const) {
  t.test(`in ${language}, at 1080p and resized to 4K, everything has its size and its place`, async (t) => {
    const wall = await hang(t, 300, { language, looks: true });
    const { city, town } = wall;
    await lineIs(wall.page, 'live');
    for (let n = 0; n < 5; n++) city.sell(town.order());
    await stands(wall.page, 'car-orders', city.today.totals.devices.orders);
    t.ok(await wall.page.evaluate(`document.fonts.check('20px "Noto Sans SC Variable"', '站点销售')`));
    t.equal(await wall.page.locator('h1 .city').textContent(), language === 'zh' ? '上海' : 'Shanghai');
    for (const [name, width, height] of [
      ['1080p', 1920, 1080],
      ['4K', 3840, 2160],
    ] as const) {
      await wall.page.setViewportSize({ width, height });
      await wall.page
        .locator(`.map canvas[width="${Math.round(1.24 * height)}"]`)
        .first()
        .waitFor();
      for (const [part, size] of SIZES) {
        const u = parseFloat(await styleOf(wall, part, 'fontSize')) / (height / 100);
        t.equal(u.toFixed(2), size.toFixed(2), `${part} in u`);
      }
      t.same(await overflow(wall.page), []);
      await picture(wall, `${name}-${language}`);
    }
    t.same(wall.errors, []);
  });
}

t.test('five thousand cars are drawn once a second and leave the page responsive', async (t) => {
  const wall = await hang(t, 5_000);
  const { city, town } = wall;
  await stands(wall.page, 'cars', 5_000);
  const worked = await workOf(wall);
  const frames = wall.page.evaluate<number>(`new Promise((done) => {
    let drawn = 0;
    const frame = () => ++drawn < ${FRAMES} ? requestAnimationFrame(frame) : done(drawn);
    requestAnimationFrame(frame);
  })`);
  for (let n = 1; n <= 3; n++) {
    city.drive(town.traffic.drive(1, NOON + n * 1_000));
    city.sell(town.order());
    await stands(wall.page, 'orders', city.today.totals.devices.orders + city.today.totals.stations.orders);
  }
  const drawn = await frames;
  const perFrame = (await worked()) / drawn;
  t.ok(perFrame < 50, `a frame takes the page's thread ${perFrame.toFixed(0)} ms, without a graphics card`);
  await picture(wall, '5000-cars');
  t.same(wall.errors, []);
});

t.test('three hundred orders leave the page as large as it was', async (t) => {
  const wall = await hang(t, 1);
  const { city, town } = wall;
  await lineIs(wall.page, 'live');
  const size = () => wall.page.evaluate<number>(`document.querySelectorAll('*').length`);
  const before = await size();
  for (let n = 0; n < 300; n++) city.sell(town.order());
  await stands(wall.page, 'car-orders', city.today.totals.devices.orders);
  // The ticker's twelve nodes fill up with the parts of an order, and that is all.
  t.ok((await size()) - before <= 12 * 7);
  t.same(wall.errors, []);
});

/** How long the page's main thread has worked since this was called: the processor's time, whatever else it does, ms. */
async function workOf({ page }: Pick<OpenedWall, 'page'>): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? NaN);
  };
  const before = await worked();
  return async () => (await worked()) - before;
}

async function styleOf({ page }: Pick<OpenedWall, 'page'>, selector: string, style: string): Promise<string> {
  return page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${style}`);
}

/** The big screen in a real browser on the real server: what is sold in a car is what the wall shows. */
import t from 'tap';
import type { Browser } from 'playwright-core';

import type { PlacedSale } from '../../src/actors/device/commands.js';
import { digest } from '../../src/actors/shared/secret.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { verify } from '../../src/jobs/verify/index.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import { actorCollections } from '../../src/actors/index.js';
import { LATE, OVERDUE } from '../../web/src/line/state.js';
import { openBrowser } from '../support/browser.js';
import { openHouse, type House } from '../support/house.js';
import { until } from '../support/until.js';
import { Cable } from './support/cable.js';
import { difference, figures, lineIs, stands } from './support/figures.js';
import { openWall, PAGE } from './support/page.js';

const PRICE = 350;

let browser: Browser;

t.before(async () => {
  browser = await openBrowser();
});
t.teardown(() => browser.close());

/** A car with a hundred teas and a passenger with money, behind the server's doors. */
class Car {
  private constructor(private readonly house: House) {}

  static async of(house: House): Promise<Car> {
    const car = new Car(house);
    const slots = [{ slot: 1, product: 'pr_tea', name: 'Tea', capacity: 500, price: PRICE }];
    await car.must('device:d_1', 'register', { name: 'Car 1', keyHash: 'k' }, 'platform:admin');
    await car.must('device:d_1', 'showCode', { codeHash: digest('d_1', '1234') }, 'device:d_1');
    await car.must('device:d_1', 'claim', { code: '1234', driverName: 'Wang' }, 'driver:dr_1');
    await car.must('device:d_1', 'setPlanogram', { slots }, 'driver:dr_1');
    await car.must('device:d_1', 'cameOnline', { connection: 'c' }, 'device:d_1');
    await car.stock(100);
    const purpose = { kind: 'topUp', key: 'p_1' };
    const open = { provider: 'sandbox', amount: 1_000_000, currency: 'CNY', purpose, payer: 'passenger:p_1' };
    await car.must('payment:pay_1', 'open', open, 'passenger:p_1');
    const receipts = [{ serial: 'x', amount: 1_000_000, currency: 'CNY', at: 1 }];
    await car.must('payment:pay_1', 'confirm', { result: 'paid', receipts }, 'provider:sandbox');
    return car;
  }

  /** One whole sale; gives its id. */
  async sell(): Promise<string> {
    const order = { lines: [{ slot: 1, units: 1 }], pay: 'balance' };
    const { sale } = (await this.must('device:d_1', 'placeSale', order, 'passenger:p_1')) as unknown as PlacedSale;
    const report = { sale, lines: [{ slot: 1, dropped: 1 }] };
    await this.inTime('device:d_1', 'reportDispense', report, 'device:d_1');
    return sale;
  }

  /** Goods by the whole way of a restock: bought at a station, picked up, loaded. */
  private async stock(units: number): Promise<void> {
    const place = { name: 'Depot', lon: 121.4, lat: 31.2, address: '1 Long Street' };
    await this.must('station:st_1', 'register', place, 'platform:admin');
    const lines = [{ product: 'pr_tea', name: 'Tea', units: 1000, price: 1 }];
    await this.must('station:st_1', 'stock', { lines }, 'station:st_1');
    await this.topUpDriver();
    const line = { station: 'st_1', product: 'pr_tea', units, chosen: true };
    await this.must('driver:dr_1', 'setCartLine', line, 'driver:dr_1');
    const code = new Promise<string>((resolve) => {
      this.house.engine.onPush(({ value: { stream, data } }) => {
        if (stream === 'station:st_1/driver.dr_1') {
          const told = data as { code?: string };
          if (told.code !== undefined) resolve(told.code);
        }
      });
    });
    const { restocks } = (await this.must('driver:dr_1', 'checkOut', {}, 'driver:dr_1')) as unknown as {
      restocks: [{ restock: string }];
    };
    const [{ restock }] = restocks;
    await this.inTime('station:st_1', 'payRestock', { restock, method: 'balance' }, 'driver:dr_1');
    await this.inTime(
      'station:st_1',
      'acceptRestock',
      { restock, lines: [{ product: 'pr_tea', units }] },
      'station:st_1',
    );
    await this.must('station:st_1', 'readyRestock', { restock }, 'station:st_1');
    await this.must('station:st_1', 'handOver', { restock, code: await code }, 'station:st_1');
    const load = { device: 'd_1', lines: [{ slot: 1, product: 'pr_tea', units }] };
    await this.inTime('driver:dr_1', 'load', load, 'driver:dr_1');
  }

  private async topUpDriver(): Promise<void> {
    const purpose = { kind: 'topUp', key: 'dr_1' };
    const open = { provider: 'sandbox', amount: 10_000, currency: 'CNY', purpose, payer: 'driver:dr_1' };
    await this.must('payment:pay_2', 'open', open, 'driver:dr_1');
    const receipts = [{ serial: 'y', amount: 10_000, currency: 'CNY', at: 1 }];
    await this.must('payment:pay_2', 'confirm', { result: 'paid', receipts }, 'provider:sandbox');
  }

  private async must(...[to, type, input, caller]: Parameters<House['tell']>) {
    const outcome = await this.house.tell(to, type, input, caller);
    if (!outcome.ok) throw new Error(`${type}: ${outcome.error.code} ${outcome.error.message}`);
    return outcome.value;
  }

  /** Asks until what it stands on has arrived: messages between actors take their time. */
  private async inTime(...asked: Parameters<House['tell']>): Promise<void> {
    await until(asked[1], async () => (await this.house.tell(...asked)).ok);
  }
}

t.test(
  'what is sold in a car is what the wall shows, also after its line was cut, and what the audit counts',
  async (t) => {
    const terms = { reportEveryMs: 100, slowReportEveryMs: 200 };
    const house = await openHouse(t, { terms, gateway: { faces: PAGE } });
    const car = await Car.of(house);
    await car.sell();
    const cable = await Cable.to(Number(new URL(house.url).port));
    t.teardown(() => cable.close());
    const wall = await openWall(browser, cable.url, { at: Date.now() });
    t.teardown(() => wall.close());
    await lineIs(wall.page, 'live');
    await stands(wall.page, 'car-sales', PRICE);
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: defaultTerms.zone }).format(new Date());

    const before = await figures(wall.page);
    await car.sell();
    await stands(wall.page, 'car-sales', 2 * PRICE);
    const moved = difference(before, await figures(wall.page));
    t.match(moved, {
      'car-sales': PRICE,
      orders: 1,
      'car-orders': 1,
      [`${today}/devices`]: PRICE,
      'drivers/dr_1/amount': PRICE,
    });

    cable.cut();
    const sold: string[] = [];
    for (let i = 0; i < 10; i++) sold.push(await car.sell());
    await lineIs(wall.page, 'quiet');
    await wall.page.clock.fastForward(LATE);
    await lineIs(wall.page, 'reconnecting');
    await wall.page.clock.fastForward(OVERDUE - LATE);
    await lineIs(wall.page, 'stale');
    t.equal((await figures(wall.page))['car-sales'], 2 * PRICE, 'nothing was heard of the ten sales');
    cable.restore();
    // As long as it may be until the wall calls again.
    await wall.page.clock.fastForward(30_000);
    await lineIs(wall.page, 'live');
    await stands(wall.page, 'car-sales', 12 * PRICE);
    t.match(await figures(wall.page), { 'car-sales': 12 * PRICE, 'car-orders': 12, 'drivers/dr_1/amount': 12 * PRICE });
    t.equal(new Set(sold).size, 10);
    t.same(wall.errors, []);

    await house.close();
    const store = await openEmbedded(house.folder, { collections: actorCollections });
    t.teardown(() => store.close());
    const report = await verify({ journal: store.journal });
    t.same(report.differences, []);
  },
);

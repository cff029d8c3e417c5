import t from 'tap';

import type { ProductUnits } from '../../src/actors/station/commands.js';
import { stationActor } from '../../src/actors/station/index.js';
import { MOST_OPEN, MOST_UNPAID } from '../../src/actors/station/limits.js';
import type { StationState } from '../../src/actors/station/state.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { code, MINUTE, Town } from './restock-town.js';
import { Turns } from './restock-turns.js';

t.test('a station is registered by the platform, again at will', async (t) => {
  const town = new Town();
  const place = { name: 'North', lon: 121.4, lat: 31.2 };
  t.equal(code(await town.stage.ask('station:st_1', 'register', place, 'station:st_1')), 'not_allowed');
  t.equal(code(await town.stage.ask('station:st_1', 'register', { ...place, lon: 181 }, 'platform:ops')), 'bad_input');
  t.equal(code(await town.stage.ask('station:st_1', 'stock', { lines: [] }, 'station:st_1')), 'unknown_station');
  await town.must('station:st_1', 'register', place, 'platform:ops');
  await town.must('station:st_1', 'register', place, 'platform:ops');
  t.equal(town.stage.entries.at(-1)?.events.length, 0, 'the same fields change nothing');
  await town.must('station:st_1', 'register', { ...place, name: 'South' }, 'platform:ops');
  t.match(town.stage.rows.at(-1)?.fields, { id: 'st_1', name: 'South', lon: 121.4 });
});

t.test('supply is set to what was counted, and the books say where the difference is', async (t) => {
  const town = await Town.open();
  const set = (units: number, price = 300) =>
    town.stage.ask(
      'station:st_1',
      'stock',
      { lines: [{ product: 'pr_tea', name: 'tea', units, price }] },
      'station:st_1',
    );
  await set(50);
  t.equal(town.book('station:st_1', 'pr_tea'), 50);
  await set(45);
  t.equal(town.book('station:st_1', 'pr_tea'), 45);
  t.equal(town.book('world/lost', 'pr_tea'), 5);
  await town.place({ pr_tea: 30 });
  t.equal(code(await set(29)), 'stock_reserved', 'never below what orders hold');
  t.equal(code(await set(30)), 'ok');
  for (const wrong of [-1, 0.5, Number.NaN, 2_000_000]) t.equal(code(await set(wrong)), 'bad_input', `units ${wrong}`);
  for (const wrong of [0, 1.5, -3]) t.equal(code(await set(40, wrong)), 'bad_input', `price ${wrong}`);
  t.equal(code(await town.stage.ask('station:st_1', 'stock', { lines: [] }, 'station:st_2')), 'not_yours');
  const many = Array.from({ length: 200 }, (_, i) => ({ product: `pr_${i}`, name: 'x', units: 1, price: 1 }));
  await town.must('station:st_1', 'stock', { lines: many }, 'station:st_1');
  const more = many.map((line) => ({ ...line, product: `${line.product}b` }));
  t.equal(code(await town.stage.ask('station:st_1', 'stock', { lines: more }, 'station:st_1')), 'too_many_products');
  const line = { product: 'pr_tea', name: 'tea', units: 40, price: 300 };
  t.equal(code(await town.stage.ask('station:st_1', 'stock', { lines: [line, line] }, 'station:st_1')), 'bad_input');
  const odd = [{ product: '__proto__', name: 'x', units: 1, price: 1 }];
  t.equal(code(await town.stage.ask('station:st_1', 'stock', { lines: odd }, 'station:st_1')), 'bad_input');
});

t.test('an order reserves its units, and gives them back when it is not paid for 30 minutes', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 30 });
  t.same(town.supply('pr_tea'), [40, 30]);
  const tooMany = await town.place({ pr_tea: 11 });
  t.match(town.row(tooMany), { state: 'refused', reason: 'sold_out' });
  await town.stage.advance(30 * MINUTE - 1);
  t.same(town.supply('pr_tea'), [40, 30]);
  await town.stage.advance(1);
  t.same(town.supply('pr_tea'), [40, 0]);
  t.same(Object.keys(town.station().orders), [], 'a finished order leaves the state');
  t.match(town.row(restock), { state: 'cancelled', reason: 'not_paid' });
  t.equal(code(await town.pay(restock)), 'unknown_restock');
  t.match(town.told('station:st_1/driver.dr_1').at(-1), { name: 'restock.cancelled', data: { reason: 'not_paid' } });
});

t.test('its driver cancels an order while it is not paid, nobody else does', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 30 });
  const cancel = (caller: string) => town.stage.ask('station:st_1', 'cancelRestock', { restock }, caller);
  t.equal(code(await cancel('driver:dr_2')), 'not_yours');
  t.equal(code(await cancel('station:st_1')), 'not_allowed');
  t.equal(code(await cancel('driver:dr_1')), 'ok');
  t.same(town.supply('pr_tea'), [40, 0]);
  t.equal(code(await cancel('driver:dr_1')), 'unknown_restock');
  t.match(town.row(restock), { state: 'cancelled', reason: 'by_driver' });
  const paid = await town.placePaid({ pr_tea: 1 });
  t.equal(
    code(await town.stage.ask('station:st_1', 'cancelRestock', { restock: paid }, 'driver:dr_1')),
    'restock_state',
  );
});

t.test('orders come from a check-out only: a driver’s client cannot place one, nor say a price', async (t) => {
  const town = await Town.open();
  const order = { restock: 'r_1', driverName: 'x', lines: [{ product: 'pr_tea', units: 1, price: 1 }] };
  t.equal(code(await town.stage.ask('station:st_1', 'placeRestock', order, 'driver:dr_1')), 'not_allowed');
  const alone = new Turns(stationActor(defaultTerms), 'station:st_1', town.station());
  t.match(alone.message('placeRestock', order, 'driver:dr_1'), { reply: { total: 300 } }, 'the price is the station’s');
  const expire = { restock: 'r_1' };
  t.equal(code(await town.stage.ask('station:st_1', 'expireRestock', expire, 'station:st_1')), 'not_allowed');
});

t.test('a driver holds only so much unpaid at one station', async (t) => {
  const town = await Town.open();
  for (let n = 0; n < MOST_UNPAID; n++) await town.place({ pr_water: 1 });
  const last = await town.place({ pr_water: 1 });
  t.match(town.row(last), { state: 'refused', reason: 'too_many_open_restocks' });
  t.match(town.row(await town.place({ pr_water: 1 }, 'dr_2')), { state: 'to_pay' }, 'another driver is not stopped');
  t.same(town.supply('pr_water'), [100, MOST_UNPAID + 1]);
});

t.test('what the station does not sell, or not as often, is named', async (t) => {
  const town = await Town.open();
  const alone = new Turns(stationActor(defaultTerms), 'station:st_1', town.station());
  const place = (lines: readonly ProductUnits[]) =>
    alone.message('placeRestock', { restock: 'r_1', driverName: 'x', lines }, 'driver:dr_1');
  t.match(place([{ product: 'constructor', units: 1 }]), { refused: { code: 'not_sold_here' } });
  t.match(
    place([
      { product: 'pr_tea', units: 41 },
      { product: 'pr_nuts', units: 20 },
    ]),
    { refused: { code: 'sold_out', details: { lacking: [{ product: 'pr_tea', free: 40 }] } } },
  );
  for (const units of [0, -1, 0.5, 10_001]) {
    t.match(place([{ product: 'pr_tea', units }]), { refused: { code: 'bad_input' } }, `units ${units}`);
  }
  const twice = { product: 'pr_tea', units: 1 };
  t.match(place([twice, twice]), { refused: { code: 'bad_input' } });
  t.same(town.supply('pr_tea'), [40, 0]);
});

t.test('a station has a bounded number of open orders, and takes none twice', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_water: 1 });
  const full = structuredClone(town.station());
  const order = full.orders[restock];
  t.ok(order);
  const place = (state: StationState, id: string) => {
    const placed = { restock: id, driverName: 'x', lines: [{ product: 'pr_tea', units: 1 }] };
    return new Turns(stationActor(defaultTerms), 'station:st_1', state).message('placeRestock', placed, 'driver:dr_2');
  };
  t.match(place(town.station(), restock), { refused: { code: 'id_reused' } });
  for (let n = 1; n < MOST_OPEN; n++) if (order) full.orders[`r_${n}`] = order;
  t.match(place(full, 'r_more'), { refused: { code: 'too_many_open_restocks' } });
  delete full.orders['r_1'];
  t.match(place(full, 'r_more'), { reply: { restock: 'r_more' } });
});

t.test('a cancelled order leaves no timer, and a timer that comes late changes no paid order', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 1 });
  const station = () => new Turns(stationActor(defaultTerms), 'station:st_1', structuredClone(town.station()));
  t.match(station().turn('cancelRestock', { restock }, 'driver:dr_1'), { closes: [`expire/${restock}`] });
  await town.pay(restock);
  t.same(station().timer('expireRestock', { restock }), { reply: null });
  t.match(station().timer('lapseRestock', { restock }), { events: [{ type: 'restockRefused' }] });
  await town.accept(restock, { pr_tea: 1 });
  t.same(station().timer('lapseRestock', { restock }), { reply: null });
});

t.test('prices stay in the currency that they were set in', async (t) => {
  const town = await Town.open();
  const station = new Turns(stationActor({ ...defaultTerms, currency: 'EUR' }), 'station:st_1', town.station());
  station.turn('register', { name: 'Moved', lon: 1, lat: 2 }, 'platform:ops');
  t.match(station.state, { name: 'Moved', currency: 'CNY' });
});

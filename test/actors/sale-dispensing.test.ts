import t from 'tap';

import type { Json } from '../../src/store/ports.js';
import { codeOf, device, Shop } from '../support/shop.js';

const MINUTE = 60_000;
const zeroCounters = { placed: 0, settled: 0, refunded: 0, cancelled: 0, open: 0 };

t.test('what is not dropped is refunded, line by line with the reason', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([
    { slot: 1, units: 3 },
    { slot: 2, units: 2 },
  ]);
  await shop.pay(sale);
  const told = await shop.drop(sale, [
    { slot: 1, dropped: 3 },
    { slot: 2, dropped: 1, reason: 'jam' },
  ]);
  t.same(told, { sale, state: 'settled', amount: 1650, refunded: 750 });
  t.equal(shop.balance('p_1'), 10_000 - 1650);
  t.equal(shop.balance('dr_1'), 1485);
  t.match(shop.state.slots, { 1: { count: 5, reserved: 0 }, 2: { count: 3, reserved: 0 } });
  t.match(shop.pushed('passenger.p_1', 'sale.settled'), [
    { refunded: 750, missing: [{ slot: 2, units: 1, reason: 'jam' }] },
  ]);
});

t.test('a line that the box does not mention dropped nothing', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([
    { slot: 1, units: 1 },
    { slot: 2, units: 1 },
  ]);
  await shop.pay(sale);
  t.match(await shop.drop(sale, [{ slot: 2, dropped: 1 }]), { amount: 750, refunded: 300 });
  t.match(shop.stage.read(device, 'sale', { sale }, 'passenger:p_1'), {
    missing: [{ slot: 1, units: 1, reason: 'not_dropped' }],
  });
});

t.test('when nothing drops, everything is refunded and nothing counts as sold', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 2 }]);
  await shop.pay(sale);
  t.match(await shop.drop(sale, [{ slot: 1, dropped: 0, reason: 'motor' }]), { state: 'refunded', refunded: 600 });
  t.equal(shop.balance('p_1'), 10_000);
  t.match(shop.state.slots[1], { count: 8, reserved: 0 });
  t.match(shop.state.counters, { ...zeroCounters, placed: 1, refunded: 1 });
  t.equal(shop.state.totals.all.orders, 0);
  const entries = shop.mark();
  await shop.stage.advance(2 * MINUTE);
  t.equal(shop.mark(), entries, 'and no timer of it is left');
});

t.test('a report must fit its sale', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  const report = (lines: Json, id = sale, caller = device) =>
    shop.device('reportDispense', { sale: id, lines }, caller).then(codeOf);
  t.equal(await report([{ slot: 1, dropped: 1 }]), 'not_paid');
  await shop.pay(sale);
  t.equal(await report([{ slot: 1, dropped: 2 }]), 'bad_input', 'more than was sold');
  t.equal(await report([{ slot: 1, dropped: -1 }]), 'bad_input');
  t.equal(await report([{ slot: 1, dropped: 0.5 }]), 'bad_input');
  t.equal(await report([{ slot: 2, dropped: 1 }]), 'bad_input', 'a slot that is not in the sale');
  const twice = { slot: 1, dropped: 1 };
  t.equal(await report([twice, twice]), 'bad_input', 'a slot told twice');
  t.equal(await report([twice], 'constructor'), 'unknown_sale');
  t.equal(await report([twice], sale, 'device:d_2'), 'not_yours');
  t.equal(await report([twice], sale, 'driver:dr_1'), 'not_yours');
  t.equal(await report([twice]), 'ok');
});

t.test('without a report everything is refunded, and the units wait until the box tells', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 2, units: 4 }]);
  await shop.pay(sale);
  const [told] = shop.pushed('box', 'dispense') as { until: number }[];
  t.ok(told && told.until < shop.stage.now + 2 * MINUTE, 'the box stops in time for its report');
  await shop.stage.advance(2 * MINUTE);
  t.equal(shop.balance('p_1'), 10_000);
  t.match(shop.pushed('passenger.p_1', 'sale.refunded'), [{ sale, refunded: 3000, reason: 'no_report' }]);
  t.match(shop.state.counters, { ...zeroCounters, placed: 1, refunded: 1 });
  const other = await shop.device('placeSale', { lines: [{ slot: 2, units: 1 }] }, 'passenger:p_2');
  t.equal(codeOf(other), 'sold_out', 'nobody buys what may be gone');
  t.match(shop.stage.read(device, 'home', {}, device), { doubts: [{ sale, lines: [{ slot: 2, units: 4 }] }] });

  t.match(await shop.drop(sale, [{ slot: 2, dropped: 3 }]), { state: 'lost', amount: 0, refunded: 0 });
  t.match(shop.state.slots[2], { count: 1, reserved: 0 });
  t.equal(shop.balance('p_1'), 10_000, 'the refund stands');
  t.equal(shop.balance('dr_1'), 0);
  t.equal(shop.stage.books()['world/lost pr_tea'], 3);
  t.match(shop.state.counters, { ...zeroCounters, placed: 1, refunded: 1 });
});

t.test('a late report that nothing was dropped gives the units back to the shop', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 2, units: 4 }]);
  await shop.pay(sale);
  await shop.stage.advance(2 * MINUTE);
  t.match(await shop.drop(sale, []), { state: 'refunded' });
  t.match(shop.state.slots[2], { count: 4, reserved: 0 });
  t.equal(codeOf(await shop.device('reportDispense', { sale, lines: [] }, device)), 'sale_closed');
});

t.test('a device that was away finds what it has to drop', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.device('wentOffline', { connection: 'c_1', reason: 'transport close' }, device);
  await shop.pay(sale);
  await shop.device('cameOnline', { connection: 'c_2' }, device);
  t.match(shop.stage.read(device, 'home', {}, device), { dispenses: [{ sale, lines: [{ slot: 1, units: 1 }] }] });
  t.match(await shop.drop(sale, [{ slot: 1, dropped: 1 }]), { state: 'settled' });
});

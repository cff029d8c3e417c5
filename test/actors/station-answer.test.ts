import t from 'tap';

import { code, HOUR, Town } from './restock-town.js';

t.test('the station accepts units of each line: the money is split, what is not accepted comes free', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4, pr_nuts: 3, pr_water: 2 });
  t.match(await town.accept(restock, { pr_tea: 4, pr_nuts: 1, pr_water: 0 }), {
    value: { state: 'to_prepare', accepted: 1750, refunded: 1340 },
  });
  t.equal(town.book('wallet:st_1'), 1750);
  t.equal(town.book('wallet:dr_1'), 100_000 - 1750);
  t.equal(town.book('station:st_1/held'), 0);
  t.same(
    [town.supply('pr_tea'), town.supply('pr_nuts'), town.supply('pr_water')],
    [
      [40, 4],
      [20, 1],
      [100, 0],
    ],
  );
  t.match(town.row(restock), {
    state: 'to_prepare',
    total: 3090,
    paid: 1750,
    refunded: 1340,
    accepted: [
      { product: 'pr_tea', units: 4 },
      { product: 'pr_nuts', units: 1 },
    ],
  });
  t.same(town.station().orders[restock]?.lines.length, 3, 'what was ordered stays as it was ordered');
});

t.test('nothing accepted: the order is refused and all of it refunded', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4 });
  t.match(await town.accept(restock, {}), { value: { state: 'refused', accepted: 0, refunded: 1200 } });
  t.equal(town.book('wallet:dr_1'), 100_000);
  t.equal(town.book('wallet:st_1'), 0);
  t.same(town.supply('pr_tea'), [40, 0]);
  t.match(town.row(restock), { state: 'refused', reason: 'by_station', refunded: 1200 });
  t.match(town.told('station:st_1/driver.dr_1').at(-1), { name: 'restock.refused', data: { refunded: 1200 } });
});

t.test('paid and never answered: refused whole and refunded after two hours', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4 });
  await town.stage.advance(2 * HOUR - 1);
  t.match(town.row(restock), { state: 'to_prepare' });
  await town.stage.advance(1);
  t.match(town.row(restock), { state: 'refused', reason: 'not_answered' });
  t.equal(town.book('wallet:dr_1'), 100_000);
  t.same(town.supply('pr_tea'), [40, 0]);
  t.equal(code(await town.accept(restock, { pr_tea: 4 })), 'unknown_restock');
});

t.test('accepted in time: the order stays, however long it takes', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4 });
  await town.accept(restock, { pr_tea: 4 });
  await town.stage.advance(48 * HOUR);
  t.match(town.row(restock), { state: 'to_prepare', paid: 1200 });
});

t.test('an order is answered once, by its own station, when it is paid', async (t) => {
  const town = await Town.open();
  const unpaid = await town.place({ pr_tea: 4 });
  t.equal(code(await town.accept(unpaid, { pr_tea: 4 })), 'restock_state');
  const restock = await town.placePaid({ pr_tea: 4 });
  const lines = [{ product: 'pr_tea', units: 4 }];
  const byOther = await town.stage.ask('station:st_1', 'acceptRestock', { restock, lines }, 'station:st_2');
  t.equal(code(byOther), 'not_yours');
  const byDriver = await town.stage.ask('station:st_1', 'acceptRestock', { restock, lines }, 'driver:dr_1');
  t.equal(code(byDriver), 'not_allowed');
  t.equal(code(await town.accept(restock, { pr_tea: 4 })), 'ok');
  t.equal(code(await town.accept(restock, { pr_tea: 4 })), 'restock_state');
  t.equal(code(await town.accept(restock, {})), 'restock_state', 'what was accepted is not refused later');
  t.equal(town.book('wallet:st_1'), 1200);
});

t.test('no more is accepted than was ordered, and nothing that was not', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4 });
  for (const units of [{ pr_tea: 5 }, { pr_tea: -1 }, { pr_tea: 0.5 }, { pr_nuts: 1 }]) {
    t.equal(code(await town.accept(restock, units)), 'bad_input', JSON.stringify(units));
  }
  const line = { product: 'pr_tea', units: 2 };
  const twice = { restock, lines: [line, line] };
  t.equal(code(await town.stage.ask('station:st_1', 'acceptRestock', twice, 'station:st_1')), 'bad_input');
  t.equal(town.book('station:st_1/held'), 1200);
});

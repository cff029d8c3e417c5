import t from 'tap';

import type { Board } from '../../src/actors/ranking/commands.js';
import { defaultTerms } from '../../src/actors/terms.js';
import type { Entry } from '../../src/store/ports.js';
import { MINUTE, Town } from './restock-town.js';

/** 23:59:50 in Shanghai on the last day of the year, a Thursday. */
const LATE = Date.UTC(2026, 11, 31, 15, 59, 50);
const SECOND = 1000;

async function supplied(town: Town, units: Record<string, number>, station = 'st_1'): Promise<void> {
  const restock = await town.placePaid(units, 'dr_1', station);
  await town.accept(restock, units, station);
}

function board(town: Town, ranking: string): Board {
  return town.stage.read(`ranking:${ranking}.CNY`, 'board', { limit: 10 }) as Board;
}

function reports(town: Town): Entry[] {
  return town.stage.entries.filter(({ actor }) => actor.startsWith('ranking:'));
}

t.test('rankings hear absolute figures: what was accepted, by period and by product', async (t) => {
  const town = await Town.open();
  await supplied(town, { pr_tea: 4, pr_nuts: 1 });
  await supplied(town, { pr_tea: 1 }, 'st_2');
  const refused = await town.placePaid({ pr_water: 1 });
  await town.accept(refused, {});
  await town.stage.advance(30 * SECOND);
  for (const period of ['day.2026-11-21', 'week.2026-W47', 'month.2026-11', 'year.2026', 'all.all']) {
    const { totals, top } = board(town, period);
    t.same(totals.stations, { amount: 2050, orders: 2 }, period);
    t.same(top.stations, [
      { id: 'st_1', name: 'Station st_1', amount: 1750, count: 1 },
      { id: 'st_2', name: 'Station st_2', amount: 300, count: 1 },
    ]);
    t.match(top.products, [
      { id: 'pr_tea', name: 'tea', amount: 1500, count: 5 },
      { id: 'pr_nuts', amount: 550, count: 1 },
    ]);
  }
  t.match(board(town, 'day.2026-11-21').recent.at(-1), {
    kind: 'restock',
    where: 'Station st_1',
    what: 'tea',
    amount: 1750,
  });
});

t.test('reports are coalesced: one for many orders, and none when nothing changed', async (t) => {
  const town = await Town.open();
  for (let n = 0; n < 5; n++) await supplied(town, { pr_tea: 1 });
  const timers = town.stage.entries.flatMap(({ outbox }) => outbox).filter(({ type }) => type === 'tellRankings');
  t.equal(timers.length, 2, 'the first order starts them, the others find them running');
  await town.stage.advance(30 * SECOND);
  t.equal(reports(town).length, 5, 'one of the day, one of each longer period');
  await town.stage.advance(3600 * SECOND);
  t.equal(reports(town).length, 5);
  await supplied(town, { pr_tea: 1 });
  await town.stage.advance(2 * SECOND);
  t.match(board(town, 'day.2026-11-21').totals.stations, { amount: 1800, orders: 6 });
});

t.test('the year turns: each period has its own figures, and the last ones of the old are told', async (t) => {
  const town = await Town.open(LATE, { ...defaultTerms, reportEveryMs: MINUTE, slowReportEveryMs: MINUTE });
  await supplied(town, { pr_tea: 1 });
  await town.stage.advance(5 * SECOND);
  await supplied(town, { pr_tea: 2 });
  await town.stage.advance(10 * SECOND);
  t.equal(reports(town).length, 0, 'the old year ends before anything is told');
  await supplied(town, { pr_tea: 10 });
  await town.stage.advance(MINUTE);
  t.match(board(town, 'day.2026-12-31').totals.stations, { amount: 900, orders: 2 });
  t.match(board(town, 'day.2027-01-01').totals.stations, { amount: 3000, orders: 1 });
  t.match(board(town, 'week.2026-W53').totals.stations, { amount: 3900, orders: 3 }, 'the week goes on');
  t.match(board(town, 'month.2026-12').totals.stations, { amount: 900, orders: 2 });
  t.match(board(town, 'month.2027-01').totals.stations, { amount: 3000, orders: 1 });
  t.match(board(town, 'year.2026').totals.stations, { amount: 900, orders: 2 });
  t.match(board(town, 'year.2027').totals.stations, { amount: 3000, orders: 1 });
  t.match(board(town, 'all.all').totals.stations, { amount: 3900, orders: 3 });
});

t.test('a job may ask for the figures again, and read them; clients may not', async (t) => {
  const town = await Town.open();
  await supplied(town, { pr_tea: 1 });
  await town.stage.advance(60 * SECOND);
  const before = reports(town).length;
  t.match(await town.stage.ask('station:st_1', 'tellRankings', { slow: true }, 'station:st_1'), { ok: false });
  await town.must('station:st_1', 'tellRankings', { slow: true }, 'system:rankings');
  t.equal(reports(town).length, before + 4);
  t.match(town.stage.read('station:st_1', 'figures', {}, 'station:st_1'), {
    counters: { placed: 1, open: 1, pickedUp: 0, refused: 0, cancelled: 0 },
    periods: [{ period: 'day', key: '2026-11-21', report: { from: 'st_1', amount: 300, count: 1 } }, {}, {}, {}, {}],
  });
  t.match(town.stage.read('station:st_1', 'figures', {}, 'station:st_2'), { refused: { code: 'not_yours' } });
});

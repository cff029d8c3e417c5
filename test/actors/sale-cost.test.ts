import { readFileSync } from 'node:fs';

import t from 'tap';

import type { Entry } from '../../src/store/ports.js';
import { callBack, paid } from '../support/provider.js';
import { Shop } from '../support/shop.js';

const page = readFileSync(new URL('../../docs/flows/sale.md', import.meta.url), 'utf8');

/** The numbers of the table row that begins so. */
function said(row: string): number[] {
  const line = page.split('\n').find((text) => text.startsWith(`| ${row}`));
  const cells = line?.split('|').slice(2, -1) ?? [];
  return cells.map((cell) => Number(cell.trim()));
}

/** Entries, messages and timers, as the page counts them: effects are not messages. */
function cost(entries: readonly Entry[]): number[] {
  const promised = entries.flatMap(({ at, outbox }) => outbox.map(({ to, due }) => ({ to, timer: due > at })));
  const messages = promised.filter(({ to, timer }) => !timer && !to.startsWith('effect:'));
  return [entries.length, messages.length, promised.filter(({ timer }) => timer).length];
}

/** A shop in which the timers of what is told together run already. */
async function warm(): Promise<Shop> {
  const shop = await Shop.open();
  await shop.sell([{ slot: 1, units: 1 }]);
  return shop;
}

t.test('a sale that is placed and paid in one costs what its page says', async (t) => {
  const shop = await warm();
  const since = shop.mark();
  const { sale } = await shop.place([{ slot: 1, units: 1 }], 'p_1', { pay: 'balance' });
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  t.same(cost(shop.since(since)), said('from the balance, placed and paid in one'));
  t.same(
    shop.since(since).map(({ type }) => type),
    ['placeSale', 'charge', 'chargeAnswered', 'reportDispense', 'credit'],
  );
});

t.test('a sale that is paid by a command of its own costs what its page says', async (t) => {
  const shop = await warm();
  const since = shop.mark();
  await shop.sell([{ slot: 1, units: 1 }]);
  t.same(cost(shop.since(since)), said('from the balance, paid by a command of its own'));
});

t.test('a sale that is placed and paid by a provider costs what its page says', async (t) => {
  const shop = await warm();
  const since = shop.mark();
  const { sale, payment = '' } = await shop.place([{ slot: 1, units: 1 }], 'p_1', { pay: 'sandbox' });
  await callBack(shop.stage, payment, paid(shop.provider.receipt(300)));
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  t.same(cost(shop.since(since)), said('by a provider, placed and paid in one'));
});

t.test('what is told together costs what the page says, however many sales there were', async (t) => {
  const shop = await Shop.open();
  for (let i = 0; i < 5; i++) await shop.sell([{ slot: 1, units: 1 }]);
  const during = async (ms: number) => {
    const since = shop.mark();
    await shop.stage.advance(ms);
    return shop.since(since).length;
  };
  t.same([await during(2_000)], said("the day's ranking, every 2 seconds"));
  t.same([await during(28_000)], said('week, month, year and all, every 30 seconds'));
  t.same([await during(30_000)], said("the fees to the platform's wallet, every minute"));
  t.equal(await during(3_600_000), 0, 'and nothing while nothing is sold');
});

t.test('a sale writes its row when it is placed and when it ends', async (t) => {
  const shop = await warm();
  const before = shop.stage.rows.length;
  const sale = await shop.sell([{ slot: 1, units: 1 }]);
  const rows = shop.stage.rows.slice(before).filter(({ collection }) => collection !== 'transfers');
  t.match(rows, [
    { collection: 'sales', id: sale, fields: { state: 'placed', passenger: 'p_1', owner: 'dr_1', device: 'd_1' } },
    { collection: 'sales', id: sale, fields: { state: 'settled', amount: 300, refunded: 0 } },
  ]);
  t.equal(rows.length, 2);
});

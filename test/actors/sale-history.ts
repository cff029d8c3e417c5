/**
 * Random histories of a shop: any order of commands by passengers, owner, box, provider and clock. After each step the
 * books balance, no slot is oversold, and the counters hold; at the end every sale has come to one end.
 */
import fc from 'fast-check';

import { callBack, paid } from '../support/provider.js';
import { device, tea, water, type Shop } from '../support/shop.js';

/** One step: what happens, to which sale (the n-th that was placed), by how much. */
export type Step = { readonly what: keyof typeof steps; readonly n: number; readonly a: number; readonly b: number };
type World = { readonly shop: Shop; readonly placed: { sale: string; passenger: string; payments: string[] }[] };

const passengers = ['p_1', 'p_2', 'p_3'];
const connection = { connection: 'c_9', reason: 'lost' };

function saleOf({ placed }: World, n: number) {
  return placed.length === 0 ? undefined : placed[placed.length - 1 - (n % placed.length)];
}

const steps = {
  async place(world: World, { n, a, b }: Step) {
    const passenger = passengers[n % passengers.length] ?? '';
    const all = [
      { slot: 1, units: 1 + (a % 4) },
      { slot: 2, units: 1 + (b % 3) },
    ];
    const lines = n % 4 === 0 ? all : [all[n % 2]];
    const more = a % 2 === 0 ? { pay: b % 3 ? 'balance' : 'sandbox' } : {};
    const input = JSON.parse(JSON.stringify({ lines, ...more })) as object;
    const answer = await world.shop.device('placeSale', input as never, `passenger:${passenger}`);
    if (!answer.ok) return;
    const { sale, payment } = answer.value as { sale: string; payment?: string };
    world.placed.push({ sale, passenger, payments: payment === undefined ? [] : [payment] });
  },
  async pay(world: World, { n, a }: Step) {
    const sale = saleOf(world, n);
    if (!sale) return;
    const answer = await world.shop.pay(sale.sale, sale.passenger, a % 2 ? 'balance' : 'sandbox');
    const { payment } = answer.ok ? (answer.value as { payment?: string }) : {};
    if (payment !== undefined) sale.payments.push(payment);
  },
  async provider(world: World, { n, a, b }: Step) {
    const payments = saleOf(world, n)?.payments ?? [];
    const payment = payments[a % Math.max(1, payments.length)];
    if (payment === undefined) return;
    const amount =
      b % 4 === 0 ? 1 + b : (world.shop.stage.read(`payment:${payment}`, 'payment') as { amount: number }).amount;
    await callBack(
      world.shop.stage,
      payment,
      b % 5 === 1 ? { result: 'refused' } : paid(world.shop.provider.receipt(amount)),
    );
  },
  async cancel(world: World, { n }: Step) {
    const sale = saleOf(world, n);
    if (sale) await world.shop.device('cancelSale', { sale: sale.sale }, `passenger:${sale.passenger}`);
  },
  async report(world: World, { n, a, b }: Step) {
    const { sales, doubts } = world.shop.state;
    const known = [...Object.entries(doubts), ...Object.entries(sales).map(([id, { lines }]) => [id, lines] as const)];
    const [sale, sold] = known[n % Math.max(1, known.length)] ?? [saleOf(world, n)?.sale ?? 's_none', []];
    const units = a % 6;
    const lines = sold.map(({ slot }, i) => ({ slot, dropped: i === 0 ? units : b % 4 }));
    await world.shop.device('reportDispense', { sale, lines: lines.slice(b % 7 === 0 ? 1 : 0) }, device);
  },
  async load(world: World, { n, a }: Step) {
    const slot = n % 2 ? water : tea;
    await world.shop.load([{ slot: slot.slot, product: slot.product, units: 1 + (a % 6) }], a % 5 ? 'dr_1' : 'dr_2');
  },
  async takeOut(world: World, { n, a }: Step) {
    await world.shop.device('takeOut', { slot: 1 + (n % 2), units: 1 + (a % 3), reason: 'spoilt' }, 'driver:dr_1');
  },
  async plan(world: World, { n, a }: Step) {
    const slots = [{ ...water, price: 100 + a }, ...(n % 2 ? [{ ...tea, capacity: 3 + (a % 4) }] : [])];
    await world.shop.device('setPlanogram', { slots }, `driver:dr_${1 + (n % 2)}`);
  },
  async claim(world: World, { n }: Step) {
    await world.shop.claim(`dr_${1 + (n % 2)}`);
  },
  async presence(world: World, { n }: Step) {
    await world.shop.device(n % 4 ? 'cameOnline' : 'wentOffline', connection, device);
  },
  async time({ shop }: World, { a, b }: Step) {
    await shop.stage.advance(a % 4 === 0 ? 130_000 : 10 * b);
  },
};

const names = Object.keys(steps) as (keyof typeof steps)[];
const often: readonly (keyof typeof steps)[] = [
  'place',
  'place',
  'place',
  'pay',
  'report',
  'report',
  'provider',
  'load',
  'time',
];
const small = fc.nat({ max: 99 });
export const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...names, ...often),
  n: fc.nat({ max: 5 }),
  a: small,
  b: small,
});

/** What must hold after every step. */
function check({ shop }: World, kept: (message: string, holds: boolean) => void): void {
  const { slots, counters, sales, unpaid, doubts } = shop.state;
  const { placed, settled, refunded, cancelled, open } = counters;
  kept('placed = settled + refunded + cancelled + open', placed === settled + refunded + cancelled + open);
  kept('open is the number of open sales', open === Object.keys(sales).length);
  const held = new Map<string, number>();
  for (const lines of [...Object.values(sales).map(({ lines }) => lines), ...Object.values(doubts)]) {
    for (const { slot, units } of lines) held.set(String(slot), (held.get(String(slot)) ?? 0) + units);
  }
  const products: Record<string, number> = {};
  for (const [number, { count, reserved, capacity, product }] of Object.entries(slots)) {
    kept(`slot ${number}: 0 <= reserved <= count <= capacity`, 0 <= reserved && reserved <= count && count <= capacity);
    kept(`slot ${number}: reserved is what sales hold`, reserved === (held.get(number) ?? 0));
    products[product] = (products[product] ?? 0) + count;
  }
  const waiting = Object.values(sales).filter(({ state }) => state !== 'paid');
  kept('unpaid sales are counted', Object.values(unpaid).reduce((sum, one) => sum + one, 0) === waiting.length);

  const books = shop.stage.books();
  for (const product of ['pr_water', 'pr_tea']) {
    kept(
      `the books hold the ${product} of the slots`,
      (books[`${device} ${product}`] ?? 0) === (products[product] ?? 0),
    );
  }
  const paidFor = Object.values(sales).filter(({ state }) => state === 'paid');
  const holding = paidFor.reduce((sum, { total }) => sum + total, 0);
  kept('held is what paid sales are worth', (books[`${device}/held CNY`] ?? 0) === holding);
  kept('kept fees are on the books', (books[`${device}/fees CNY`] ?? 0) === shop.state.fees.kept);
  let sum = 0;
  for (const [account, balance] of Object.entries(shop.inside())) {
    if (account.endsWith(' CNY')) sum += balance;
    kept(`${account} is not negative`, balance >= 0);
    kept(`${account}: nothing stays on the way`, !account.startsWith('transit/'));
  }
  kept('money inside is what came from outside', sum === -(books['world/sandbox CNY'] ?? 0));
}

/** How sales came to their end in some histories. */
export type Ends = { settled: number; refunded: number; cancelled: number; returned: number; lost: number };

/** Lives through a history; throws what does not hold. Counts the ends into `seen`. */
export async function liveThrough(history: readonly Step[], shop: Shop, seen: Ends): Promise<void> {
  const world: World = { shop, placed: [] };
  await shop.topUp('p_3', 2_000);
  const kept = (message: string, holds: boolean) => {
    if (!holds) throw new Error(message);
  };
  for (const one of history) {
    await steps[one.what](world, one);
    check(world, kept);
  }
  await shop.stage.advance(3_600_000);
  check(world, kept);
  kept('in the end nothing is open', shop.state.counters.open === 0);

  const ends = new Map<string, number>();
  for (const { actor, events } of shop.stage.entries) {
    if (actor !== device) continue;
    for (const { type, data } of events) {
      if (type === 'paymentReturned') seen.returned++;
      if (type === 'doubtSettled') seen.lost++;
      if (!['saleSettled', 'saleRefunded', 'saleCancelled'].includes(type)) continue;
      const { sale } = data as { sale: string };
      ends.set(sale, (ends.get(sale) ?? 0) + 1);
    }
  }
  for (const { sale } of world.placed) kept(`${sale} ends once`, ends.get(sale) === 1);
  const { settled, refunded, cancelled } = shop.state.counters;
  seen.settled += settled;
  seen.refunded += refunded;
  seen.cancelled += cancelled;
}

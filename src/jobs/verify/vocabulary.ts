/**
 * What each event of the journal means to the audit: the one place where it knows the events' names and shapes.
 * Written from the flows, not from the actors' code, so that it errs on its own. An event that is not here is
 * reported, because nobody could vouch for what it does.
 */
import type { Json } from '../../store/ports.js';
import type { Fold } from './fold.js';
import { amountOf, type Line, type Order } from './orders.js';
import type { ReportedEvent } from './ranked.js';

type Meaning = (data: Json, fold: Fold) => void;
type SlotUnits = { slot: number; units: number };
type Product = { product: string; units: number };
type Ordered = Product & { price: number };
type Moved = { transfer: string; amount: number; currency: string; balance: number; reason: string; other: string };

type Sale = { sale: string; passenger: string; owner: string; total: number; lines: (Ordered & { slot: number })[] };
type Settled = { sale: string; day: string; dropped: number[] } & Record<
  'amount' | 'share' | 'fee' | 'refunded',
  number
>;

/** The shape is the event's own; one that has another fails, and is reported with its entry. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the shape that data is read in
function on<T>(meaning: (data: T, fold: Fold) => void): Meaning {
  return (data, fold) => {
    meaning(data as T, fold);
  };
}

/** An event that moves nothing and counts nothing. */
const silent: Meaning = () => undefined;

const BASIS_POINTS = 10_000;
const transit = (name: string): string => `transit/${name}`;
const held = ({ self }: Fold): string => `${self}/held`;
const fees = ({ self }: Fold): string => `${self}/fees`;

const device: Record<string, Meaning> = {
  deviceRegistered: on<{ name: string; currency: string; feeBasisPoints: number }>((d, f) => {
    Object.assign(f, { name: d.name, currency: d.currency, feeBasisPoints: d.feeBasisPoints });
    deviceRow(f);
  }),
  ownerChanged: on<{ driver: string }>((d, f) => {
    f.owner = d.driver;
    deviceRow(f);
  }),
  deviceReleased: on((_, f) => {
    f.owner = '';
    deviceRow(f);
  }),
  deviceRetired: on((_, f) => {
    deviceRow(f);
  }),
  connected: on((_, f) => {
    deviceRow(f);
  }),
  disconnected: on((_, f) => {
    deviceRow(f);
  }),
  codeShown: silent,
  keyRenewed: silent,
  faultReported: silent,
  faultCleared: silent,
  planogramSet: on<{ slots: (Ordered & { slot: number; capacity: number })[] }>((d, f) => {
    const plans = d.slots.map((slot) => ({ ...slot, shelf: String(slot.slot) }));
    f.shelves.plan(plans, true);
  }),
  slotsLoaded: on<{ load: string; lines: SlotUnits[] }>((d, f) => {
    for (const { slot, units } of d.lines) {
      f.move(transit(`${d.load}.load`), f.self, f.shelves.add(String(slot), units), units);
    }
  }),
  goodsTakenOut: on<SlotUnits>(({ slot, units }, f) => {
    f.move(f.self, 'world/lost', f.shelves.add(String(slot), -units), units);
  }),
  saleReserved: on<Sale>((d, f) => {
    f.orders.place(d.sale, d.owner, d.lines.map(onSlot), d.total);
    if (d.owner !== f.owner) f.wrong(`sale ${d.sale} is for ${d.owner}, the owner is ${f.owner}`);
    f.row('sales', d.sale, { device: f.key, passenger: d.passenger, owner: d.owner, total: d.total });
  }),
  paymentStarted: silent,
  paymentReady: silent,
  paymentRefused: silent,
  salePaid: on<{ sale: string; payment: string }>((d, f) => {
    const from = d.payment === 'balance' ? `${d.sale}.charge` : `${d.payment}.payment`;
    f.move(transit(from), held(f), f.currency, f.orders.pay(d.sale)?.total ?? 0);
  }),
  paymentReturned: on<{ transfer: string; amount: number }>((d, f) => {
    f.move(transit(d.transfer.replace(/\.refund$/, '')), held(f), f.currency, d.amount);
    f.move(held(f), transit(d.transfer), f.currency, d.amount);
  }),
  saleCancelled: on<{ sale: string; expired: boolean }>((d, f) => {
    f.orders.end(d.sale, 'cancelled');
    f.addToRow('sales', d.sale, { state: d.expired ? 'expired' : 'cancelled' });
  }),
  saleSettled: on<Settled>((d, f) => {
    const order = f.orders.end(d.sale, 'settled', d.dropped);
    if (!order) return;
    f.equal('amount', d.amount, amountOf(order.lines, d.dropped));
    f.equal('fee', d.fee, Math.floor((d.amount * f.feeBasisPoints) / BASIS_POINTS));
    f.equal('share and fee', d.share + d.fee, d.amount);
    f.equal('amount and refund', d.amount + d.refunded, order.total);
    f.move(held(f), transit(`${d.sale}.driver`), f.currency, d.share);
    f.move(held(f), fees(f), f.currency, d.fee);
    f.move(held(f), transit(`${d.sale}.refund`), f.currency, d.refunded);
    dropped(order, d.dropped, 'world/sold', f);
    f.sums.sell(d.day, d.amount, [{ id: order.owner, amount: d.amount, count: 1 }]);
    f.addToRow('sales', d.sale, { state: 'settled', amount: d.amount, refunded: d.refunded });
  }),
  saleRefunded: on<{ sale: string; refunded: number; doubt: boolean }>((d, f) => {
    const order = d.doubt ? f.orders.doubt(d.sale) : f.orders.end(d.sale, 'refunded');
    f.equal('refund', d.refunded, order?.total ?? d.refunded);
    f.move(held(f), transit(`${d.sale}.refund`), f.currency, d.refunded);
    f.addToRow('sales', d.sale, { state: 'refunded', refunded: d.refunded });
  }),
  doubtSettled: on<{ sale: string; dropped: number[] }>((d, f) => {
    const order = f.orders.settleDoubt(d.sale, d.dropped);
    if (order) dropped(order, d.dropped, 'world/lost', f);
  }),
  rankingsTold: on<{ slow: boolean }>((d, f) => {
    if (d.slow) deviceRow(f);
  }),
  feesSwept: on<{ transfer: string; amount: number }>((d, f) => {
    f.move(fees(f), transit(d.transfer), f.currency, d.amount);
  }),
};

const station: Record<string, Meaning> = {
  stationRegistered: on<{ name: string; currency: string; lon: number; lat: number }>((d, f) => {
    Object.assign(f, { name: d.name, currency: d.currency });
    f.row('stations', f.key, { lon: d.lon, lat: d.lat });
    stationRow(f);
  }),
  supplySet: on<{ lines: { product: string; count: number; price: number }[] }>((d, f) => {
    for (const { product, count, price } of d.lines) {
      f.shelves.plan([{ shelf: product, product, price }], false);
      const more = count - (f.shelves.byName.get(product)?.count ?? 0);
      f.shelves.add(product, more);
      if (more > 0) f.move('world/supply', f.self, product, more);
      else f.move(f.self, 'world/lost', product, -more);
    }
    stationRow(f);
  }),
  restockPlaced: on<{ restock: string; driver: string; lines: Ordered[]; total: number }>((d, f) => {
    f.orders.place(d.restock, f.key, d.lines.map(ofProduct), d.total);
    const amounts = { total: d.total, paid: 0, refunded: 0 };
    f.row('restocks', d.restock, { station: f.key, driver: d.driver, state: 'to_pay', ...amounts });
    stationRow(f);
  }),
  paymentStarted: on<{ restock: string; attempt: number; payment?: string }>((d, f) => {
    const charge = d.attempt === 1 ? `${d.restock}.charge` : `${d.restock}.charge.${d.attempt}`;
    f.orders.find(d.restock)?.tries.set(d.attempt, d.payment === undefined ? charge : `${d.payment}.payment`);
  }),
  paymentFailed: silent,
  pickUpCodeRenewed: silent,
  wrongCodeShown: silent,
  rankingsTold: silent,
  restockPaid: on<{ restock: string; attempt: number; total: number }>((d, f) => {
    const order = f.orders.pay(d.restock);
    f.move(transit(order?.tries.get(d.attempt) ?? '?'), held(f), f.currency, order?.total ?? d.total);
    f.addToRow('restocks', d.restock, { state: 'to_prepare' });
  }),
  paymentReturned: on<{ restock: string; amount: number; currency: string }>((d, f) => {
    f.move(transit('*'), transit(`${d.restock}.late.*`), d.currency, d.amount);
  }),
  restockCancelled: on<{ restock: string }>((d, f) => {
    f.orders.end(d.restock, 'cancelled');
    f.addToRow('restocks', d.restock, { state: 'cancelled' });
    stationRow(f);
  }),
  restockAccepted: on<{ restock: string; accepted: Ordered[]; amount: number; refunded: number; day: string }>(
    (d, f) => {
      const order = f.orders.find(d.restock);
      if (!order) return;
      f.orders.release(order, [], unitsOf(order, d.accepted));
      f.equal('amount', d.amount, amountOf(order.lines, unitsOf(order, d.accepted)));
      f.equal('amount and refund', d.amount + d.refunded, order.held);
      order.held = 0;
      f.move(held(f), transit(`${d.restock}.station`), f.currency, d.amount);
      f.move(held(f), transit(`${d.restock}.refund`), f.currency, d.refunded);
      const shares = d.accepted.map(({ product: id, units, price }) => ({ id, amount: units * price, count: units }));
      f.sums.sell(d.day, d.amount, shares);
      f.addToRow('restocks', d.restock, { paid: d.amount, refunded: d.refunded });
      stationRow(f);
    },
  ),
  restockRefused: on<{ restock: string; refunded: number }>((d, f) => {
    const order = f.orders.end(d.restock, 'refunded');
    f.equal('refund', d.refunded, order?.held ?? d.refunded);
    f.move(held(f), transit(`${d.restock}.refund`), f.currency, d.refunded);
    f.addToRow('restocks', d.restock, { state: 'refused', refunded: d.refunded });
    stationRow(f);
  }),
  restockReady: on<{ restock: string }>((d, f) => {
    f.addToRow('restocks', d.restock, { state: 'ready' });
  }),
  restockPickedUp: on<{ restock: string; accepted: Ordered[] }>((d, f) => {
    const order = f.orders.find(d.restock);
    if (order) f.orders.end(d.restock, 'settled', unitsOf(order, d.accepted));
    for (const { product, units } of d.accepted) f.move(f.self, transit(`${d.restock}.goods`), product, units);
    f.addToRow('restocks', d.restock, { state: 'picked_up' });
  }),
};

const driver: Record<string, Meaning> = {
  profileSet: silent,
  cartLineSet: silent,
  checkedOut: silent,
  restockTaken: silent,
  restockCalledOff: silent,
  restockNotTaken: on<{ restock: string; station: string; reason: string }>((d, f) => {
    // A station that did not answer in time may have taken the order all the same, until it is called off.
    f.row('restocks', d.restock, { station: d.station, driver: f.key, state: 'refused' }, d.reason === 'unavailable');
  }),
  goodsReceived: on<{ restock: string; lines: Product[] }>((d, f) => {
    for (const { product, units } of d.lines) {
      f.move(transit(`${d.restock}.goods`), `${f.self}/carried`, product, units);
    }
  }),
  loadSent: on<{ load: string; lines: Product[] }>((d, f) => {
    for (const { product, units } of d.lines) f.move(`${f.self}/carried`, transit(`${d.load}.load`), product, units);
  }),
  loadEnded: on<{ load: string; returned: Product[] }>((d, f) => {
    for (const { product, units } of d.returned) {
      f.move(transit(`${d.load}.load`), `${f.self}/carried`, product, units);
    }
  }),
};

const wallet: Record<string, Meaning> = {
  charged: on<Moved>((d, f) => {
    f.move(f.self, transit(d.transfer), d.currency, d.amount);
    transferRow(f, d, -d.amount);
  }),
  credited: on<Moved>((d, f) => {
    f.move(transit(d.transfer), f.self, d.currency, d.amount);
    transferRow(f, d, d.amount);
  }),
};

const payment: Record<string, Meaning> = {
  opened: on<{ provider: string; payer: string; amount: number; currency: string }>((d, f) => {
    Object.assign(f, { name: d.provider, currency: d.currency });
    f.row('payments', f.key, { state: 'created', payer: d.payer, amount: d.amount, currency: d.currency });
  }),
  accepted: on(paymentState),
  declined: on(paymentState),
  lapsed: on(paymentState),
  refundStuck: on(paymentState),
  received: on<{ state: string; receipt: { amount: number; currency: string }; back: string | null }>((d, f) => {
    const { amount, currency } = d.receipt;
    f.move(`world/${f.name}`, d.back === null ? transit(`${f.key}.payment`) : held(f), currency, amount);
    if (d.back !== null) f.refunds.set(d.back, { amount, currency });
    paymentState(d, f);
  }),
  refundAsked: on<{ state: string; refund: string; amount: number }>((d, f) => {
    f.refunds.set(d.refund, { amount: d.amount, currency: f.currency });
    f.move(transit(d.refund), held(f), f.currency, d.amount);
    paymentState(d, f);
  }),
  refundDone: on<{ state: string; refund: string }>((d, f) => {
    const refund = f.refunds.get(d.refund);
    if (!refund) f.wrong(`refund ${d.refund} was never asked for, or is done twice`);
    else f.move(held(f), `world/${f.name}`, refund.currency, refund.amount);
    f.refunds.delete(d.refund);
    paymentState(d, f);
  }),
  excessReturned: on<{ state: string; transfer: string; amount: number }>((d, f) => {
    f.move(transit(d.transfer), held(f), f.currency, d.amount);
    paymentState(d, f);
  }),
};

const ranking: Record<string, Meaning> = {
  reported: on<ReportedEvent>((d, f) => {
    f.ranked.report(d);
  }),
};

const fleet: Record<string, Meaning> = {
  presenceChanged: on<{ device: string; online: boolean; total: number; devicesOnline: number }>((d, f) => {
    f.census.set(d.device, d.online);
    f.equal('devices', d.total, f.census.total);
    f.equal('devices online', d.devicesOnline, f.census.online);
  }),
};

/** By kind of actor and event. Kinds that move and count nothing are named with `undefined`. */
export const vocabulary: Readonly<Record<string, Readonly<Record<string, Meaning>> | undefined>> = {
  device,
  station,
  driver,
  wallet,
  payment,
  ranking,
  fleet,
};

/** Kinds whose events are none of the audit's business; their entries may not move anything. */
export const outside: readonly string[] = ['account', 'catalogue', 'passenger', 'reconciliation'];

/** The transit accounts that a message will empty once it is handled, as far as its input says. */
export function transitsOf(input: Json): readonly string[] {
  const { transfer, load, restock } = (input ?? {}) as Readonly<Record<string, unknown>>;
  const named = (name: unknown, suffix: string): string[] => (typeof name === 'string' ? [transit(name + suffix)] : []);
  return [...named(transfer, ''), ...named(load, '.load'), ...named(restock, '.goods')];
}

function onSlot({ slot, product, units, price }: Ordered & { slot: number }): Line {
  return { shelf: String(slot), product, units, price };
}

function ofProduct({ product, units, price }: Ordered): Line {
  return { shelf: product, product, units, price };
}

function unitsOf(order: Order, lines: readonly Product[]): number[] {
  return order.lines.map((line) => lines.find(({ product }) => product === line.product)?.units ?? 0);
}

function dropped(order: Order, units: readonly number[], to: string, f: Fold): void {
  order.lines.forEach(({ product }, i) => {
    f.move(f.self, to, product, units[i] ?? 0);
  });
}

function deviceRow(f: Fold): void {
  const { amount = 0, count = 0 } = f.sums.bySpan.get('all.all') ?? {};
  const counters = { ...f.orders.counters, open: f.orders.open.size };
  f.row('devices', f.key, { name: f.name, owner: f.owner, currency: f.currency, orders: count, amount, counters });
}

function stationRow(f: Fold): void {
  const stock = Object.fromEntries([...f.shelves.byName].map(([product, s]) => [product, s.count - s.reserved]));
  f.addToRow('stations', f.key, { name: f.name, currency: f.currency, stock });
}

function transferRow(f: Fold, { transfer, currency, balance, reason, other }: Moved, amount: number): void {
  f.row('transfers', `${f.key}.${f.seq}`, {
    wallet: f.key,
    seq: f.seq,
    transfer,
    amount,
    currency,
    balance,
    reason,
    other,
  });
  f.stands(f.self, currency, balance);
}

function paymentState({ state }: { state: string }, f: Fold): void {
  f.addToRow('payments', f.key, { state });
}

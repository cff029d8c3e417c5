/**
 * A sale from placing until it is paid or given up: stock is reserved with it, and comes back when nobody pays.
 *
 *   B1  Prices and totals are the slots', the owner is the device's; the passenger says only which and how many.
 *   B3  Nothing is reserved that is not there; what ends unpaid gives its stock back and counts as cancelled.
 *   R8  Bounded lines, units, open sales of the device and unpaid ones of a passenger.
 */
import { refuse, type Refused } from '../runtime/definition.js';
import { byItself } from '../shared/callers.js';
import { isWhole } from '../shared/money.js';
import { own } from '../shared/own.js';
import type { Terms } from '../terms.js';
import type { Place, SaleLine, SlotUnits } from './commands.js';
import type { SaleReserved } from './events.js';
import { ownSale } from './found.js';
import { known, nothing, personOf, type Decide } from './guards.js';
import { MOST_LINES, MOST_OPEN_SALES, MOST_UNITS, MOST_UNPAID } from './limits.js';
import { beginPayment } from './paying.js';
import { cannotSell, isBroken } from './readiness.js';
import type { DeviceState } from './state.js';
import { expiryOf, expiryTimer } from './timers.js';

export const placeSale =
  (terms: Terms): Decide<'placeSale'> =>
  (state, input, context) => {
    const passenger = personOf(context.caller, 'passenger');
    if (passenger === undefined) return refuse('not_allowed', 'caller: only a passenger buys');
    const stopped = known(state) ?? cannotSell(state) ?? tooMany(state, passenger) ?? wrongPlace(input.where);
    if (stopped) return stopped;
    const lines = linesOf(state, input.lines);
    if ('refused' in lines) return lines;
    let total = 0;
    for (const { units, price } of lines) total += units * price;

    const sale = context.id('s');
    const expiresAt = context.now + terms.saleExpiryMs;
    const owner = state.owner?.driver ?? '';
    const data: SaleReserved = { sale, passenger, owner, lines, total, expiresAt };
    if (input.where) data.where = input.where;
    const event = { type: 'saleReserved', data } as const;
    const timer = expiryTimer(context.self, sale, expiresAt);
    const { currency } = state;
    if (input.pay === undefined) {
      const reply = { sale, state: 'placed', lines, total, currency, expiresAt } as const;
      return { reply, events: [event], send: [timer] };
    }
    const begun = beginPayment(terms, state, { id: sale, passenger, total, expiresAt }, input.pay, context);
    if ('refused' in begun) return begun;
    return {
      reply: { sale, state: 'paying', lines, total, currency, expiresAt, ...begun.told },
      events: [event, begun.event],
      send: [timer, begun.message],
    };
  };

export const cancelSale: Decide<'cancelSale'> = (state, { sale: id }, context) => {
  const sale = ownSale(state, id, context.caller);
  if ('refused' in sale) return sale;
  if (sale.state === 'paid') return refuse('already_paid', `sale ${id}: it is paid`);
  return {
    reply: { sale: id, state: 'cancelled' },
    events: [{ type: 'saleCancelled', data: { sale: id, passenger: sale.passenger, expired: false } }],
    closes: [expiryOf(id)],
  };
};

export const expireSale: Decide<'expireSale'> = (state, { sale: id }, context) => {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const sale = own(state.sales, id);
  if (!sale || sale.state === 'paid') return nothing;
  return {
    reply: null,
    events: [{ type: 'saleCancelled', data: { sale: id, passenger: sale.passenger, expired: true } }],
  };
};

function tooMany(state: Readonly<DeviceState>, passenger: string): Refused | undefined {
  if (state.counters.open >= MOST_OPEN_SALES) {
    return refuse('too_many_open_sales', `device: it has ${MOST_OPEN_SALES} open sales`);
  }
  if ((own(state.unpaid, passenger) ?? 0) >= MOST_UNPAID) {
    return refuse('too_many_open_sales', `passenger: at most ${MOST_UNPAID} unpaid sales at one device`);
  }
  return undefined;
}

function wrongPlace(where: Place | undefined): Refused | undefined {
  if (!where || (Math.abs(where.lon) <= 180 && Math.abs(where.lat) <= 90)) return undefined;
  return refuse('bad_input', 'where: lon must be -180 to 180, lat -90 to 90');
}

/** The lines as they are sold: product, name and price are the slots'. */
function linesOf(state: Readonly<DeviceState>, asked: readonly SlotUnits[]): SaleLine[] | Refused {
  if (!isWhole(asked.length, 1, MOST_LINES)) return refuse('bad_input', `lines: must be 1 to ${MOST_LINES}`);
  const lines: SaleLine[] = [];
  for (const { slot, units } of asked) {
    if (!isWhole(units, 1, MOST_UNITS)) return refuse('bad_input', `units: must be 1 to ${MOST_UNITS}`);
    if (lines.some((line) => line.slot === slot)) return refuse('bad_input', `slot: ${slot} stands in two lines`);
    const stock = own(state.slots, String(slot));
    if (!stock) return refuse('unknown_slot', `slot: ${slot} is not one of this device`, { slot });
    if (isBroken(state, slot)) return refuse('device_not_ready', `slot: ${slot} is out of order`, { slot });
    const left = stock.count - stock.reserved;
    if (left < units) return refuse('sold_out', `slot ${slot}: ${left} left, ${units} asked for`, { slot, left });
    lines.push({ slot, product: stock.product, name: stock.name, units, price: stock.price });
  }
  return lines;
}

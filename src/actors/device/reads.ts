/** What can be asked of a device, and who may see what of it. */
import { refuse, type ActorDefinition, type ReadContext, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { own } from '../shared/own.js';
import { periodNames } from '../shared/period.js';
import type { Terms } from '../terms.js';
import type { DeviceCommands, DeviceHome, DeviceReads, HomeSlot, HomeTotals, ShopSlot } from './commands.js';
import type { DeviceEvents } from './events.js';
import { closedSale, unknownSale } from './found.js';
import { isOwner, known, notYours } from './guards.js';
import { cannotSell, isBroken } from './readiness.js';
import type { DeviceState, PeriodTotals, Slot } from './state.js';
import { reportOf } from './telling.js';
import { saleFields, saleSeenBy } from './views.js';

type Table = NonNullable<ActorDefinition<DeviceState, DeviceCommands, DeviceEvents, DeviceReads>['reads']>;

/** Best sellers told for one span. */
const BEST = 10;

export function reads(terms: Terms): Table {
  return {
    page: (state, _input, { key }) =>
      known(state) ?? {
        device: key,
        name: state.name,
        currency: state.currency,
        open: cannotSell(state) === undefined,
        slots: slotsOf(state).map(([number, slot]) => shopSlot(state, number, slot)),
      },
    home: (state, _input, context) => known(state) ?? mayNotEnter(state, context) ?? home(terms, state, context),
    sale: (state, { sale: id }, context) => {
      const sale = own(state.sales, id) ?? closedSale(state, id);
      if (!sale) return unknownSale(id);
      // One that is not his looks like one that is not there.
      return saleSeenBy(context, id, saleFields(state, context.key, sale)) ?? unknownSale(id);
    },
    keyHash: (state, _input, { caller }) => {
      if (kindOf(caller) !== 'system') return refuse('not_allowed', 'keyHash: never leaves the server');
      if (state.standing === 'retired') return refuse('device_retired', 'device: it is out of service');
      return known(state) ?? { keyHash: state.keyHash };
    },
    owner: (state, _input, { caller }) => {
      if (kindOf(caller) !== 'system') return refuse('not_allowed', 'owner: never leaves the server');
      return { owner: state.owner?.driver ?? null };
    },
    figures: (state, _input, { caller, key }) => {
      if (kindOf(caller) !== 'system') return refuse('not_allowed', 'figures: are for the rankings');
      const counted = periodNames.filter((period) => state.totals[period].key !== '');
      return {
        periods: counted.map((period) => {
          return { period, key: state.totals[period].key, report: reportOf(state, period, key) };
        }),
      };
    },
  };
}

function mayNotEnter(state: Readonly<DeviceState>, context: ReadContext): Refused | undefined {
  const staff = ['platform', 'system'].includes(kindOf(context.caller));
  return staff || context.caller === context.self || isOwner(state, context) ? undefined : notYours;
}

function home(terms: Terms, state: Readonly<DeviceState>, { key, caller, self }: ReadContext): DeviceHome {
  const { name, standing, currency, feeBasisPoints, owner, presence } = state;
  return {
    device: key,
    name,
    standing: standing === 'unknown' ? 'free' : standing,
    currency,
    feeBasisPoints,
    ...(owner && caller !== self && { owner: owner.driver }),
    online: presence.online,
    since: presence.since,
    lastOffline: presence.lastOffline,
    faults: Object.values(state.faults),
    slots: slotsOf(state).map(([number, slot]) => homeSlot(terms, state, number, slot)),
    counters: { ...state.counters },
    totals: Object.fromEntries(
      periodNames.map((period) => [period, totals(state.totals[period])]),
    ) as DeviceHome['totals'],
    dispenses: Object.entries(state.sales).flatMap(([sale, { state: stands, lines, until }]) =>
      stands === 'paid' && until !== undefined ? [{ sale, lines: lines.map(slotUnits), until }] : [],
    ),
    doubts: Object.entries(state.doubts).map(([sale, lines]) => ({ sale, lines: lines.map(slotUnits) })),
  };
}

function slotsOf(state: Readonly<DeviceState>): readonly (readonly [number, Slot])[] {
  return Object.entries(state.slots).map(([number, slot]) => [Number(number), slot]);
}

function shopSlot(state: Readonly<DeviceState>, slot: number, stock: Slot): ShopSlot {
  const { product, name, price, count, reserved } = stock;
  return { slot, product, name, price, left: isBroken(state, slot) ? 0 : count - reserved };
}

function homeSlot({ lowStockAt }: Terms, state: Readonly<DeviceState>, number: number, stock: Slot): HomeSlot {
  const { capacity, count, reserved } = stock;
  return { ...shopSlot(state, number, stock), capacity, count, reserved, low: count <= lowStockAt };
}

function totals({ key, amount, orders, before, products }: PeriodTotals): HomeTotals {
  const best = Object.entries(products).map(([id, product]) => ({ id, ...product }));
  best.sort((a, b) => b.amount - a.amount || (a.id < b.id ? -1 : 1));
  return { key, amount, orders, before, products: best.slice(0, BEST) };
}

function slotUnits({ slot, units }: { readonly slot: number; readonly units: number }) {
  return { slot, units };
}

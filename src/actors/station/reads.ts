/** Questions to a station, and who may ask them. */
import { refuse, type ActorDefinition, type ReadContext, type Refused } from '../runtime/definition.js';
import type { OwnFigures } from '../ranking/commands.js';
import { keyOf, kindOf } from '../runtime/ids.js';
import { own } from '../shared/own.js';
import { periodNames } from '../shared/period.js';
import { seesStation } from './callers.js';
import type { OrderedLine, StationCommands } from './commands.js';
import type { StationEvents } from './events.js';
import { reportOf } from './rankings.js';
import type { Counters, OpenRestock, OpenState, StationState } from './state.js';

/** One product as a driver sees it: `free` units can be ordered now. */
export type SupplyPage = {
  readonly product: string;
  readonly name: string;
  readonly free: number;
  readonly price: number;
};

/** An open order, without what only its driver may know. */
export type OpenRestockPage = {
  readonly restock: string;
  readonly driverName: string;
  readonly state: OpenState;
  readonly lines: readonly OrderedLine[];
  readonly accepted: readonly OrderedLine[] | null;
  readonly total: number;
  readonly currency: string;
  readonly placedAt: number;
  readonly expiresAt: number;
  readonly attemptsLeft: number;
};

export type StationReads = {
  /** By anybody: what the station sells. */
  page: {
    input: object;
    reply: {
      readonly station: string;
      readonly name: string;
      readonly lon: number;
      readonly lat: number;
      readonly address: string;
      readonly currency: string;
      readonly supply: readonly SupplyPage[];
    };
  };
  /** By the station or the platform: open orders, oldest first. */
  orders: { input: object; reply: { readonly orders: readonly OpenRestockPage[] } };
  /** By its driver, who alone also gets the code; by the station or the platform. Refuses `unknown_restock`. */
  restock: { input: { readonly restock: string }; reply: OpenRestockPage & { readonly code?: string } };
  /** By the station or the platform: keys of the drivers with something to pick up, from paid until picked up. */
  pickups: { input: object; reply: { readonly drivers: readonly string[] } };
  /**
   * By the station or the platform: its figures by period, as a ranking would take them; those of no order are absent.
   */
  figures: { input: object; reply: OwnFigures & { readonly counters: Counters } };
};

type Table = NonNullable<ActorDefinition<StationState, StationCommands, StationEvents, StationReads>['reads']>;

export const reads: Table = {
  page(state, _input, { key }) {
    if (!state.registered) return refuse('unknown_station', `station ${key}: is not registered`);
    const { name, lon, lat, address, currency } = state;
    const supply = Object.entries(state.supply).map(([product, { name: title, count, reserved, price }]) => {
      return { product, name: title, free: count - reserved, price };
    });
    return { station: key, name, lon, lat, address, currency, supply };
  },

  orders(state, _input, context) {
    if (!seesStation(context)) return ofOthers(context);
    return { orders: Object.entries(state.orders).map(([restock, order]) => pageOf(state, restock, order)) };
  },

  restock(state, { restock }, context) {
    const isDriver = kindOf(context.caller) === 'driver';
    if (!isDriver && !seesStation(context)) return ofOthers(context);
    const order = own(state.orders, restock);
    if (!order) return refuse('unknown_restock', `restock ${restock}: is not open at this station`);
    if (isDriver && keyOf(context.caller) !== order.driver) return ofOthers(context);
    const page = pageOf(state, restock, order);
    return isDriver && order.accepted ? { ...page, code: order.code } : page;
  },

  pickups(state, _input, context) {
    if (!seesStation(context)) return ofOthers(context);
    const paid = Object.values(state.orders).filter((order) => order.state !== 'to_pay');
    return { drivers: [...new Set(paid.map(({ driver }) => driver))] };
  },

  figures(state, _input, context) {
    if (!seesStation(context)) return ofOthers(context);
    const { seq } = state.untold;
    const counted = periodNames.filter((period) => state.figures[period].key !== '');
    return {
      counters: state.counters,
      periods: counted.map((period) => {
        const figures = state.figures[period];
        return { period, key: figures.key, report: reportOf(state, context.key, figures, seq, []) };
      }),
    };
  },
};

function ofOthers({ key }: ReadContext): Refused {
  return refuse('not_yours', `station ${key}: belongs to others`);
}

function pageOf({ currency }: Readonly<StationState>, restock: string, order: OpenRestock): OpenRestockPage {
  const { driverName, state, lines, accepted, total, placedAt, expiresAt, attemptsLeft } = order;
  return { restock, driverName, state, lines, accepted, total, currency, placedAt, expiresAt, attemptsLeft };
}

/** Folds a driver's events into his actor's state, in place (R1, R6). */
import type { ActorDefinition } from '../runtime/definition.js';
import { own } from '../shared/own.js';
import type { DriverCommands } from './commands.js';
import type { DriverEvents, NamedUnits } from './events.js';
import { MOST_DAYS } from './limits.js';
import type { DriverState } from './state.js';

export const evolve: ActorDefinition<DriverState, DriverCommands, DriverEvents>['evolve'] = {
  profileSet(state, { displayName }) {
    state.displayName = displayName;
  },

  cartLineSet(state, line) {
    const at = state.cart.findIndex(({ station, product }) => station === line.station && product === line.product);
    if (line.units === 0) state.cart = state.cart.filter((_one, i) => i !== at);
    else if (at === -1) state.cart.push(line);
    else state.cart[at] = line;
  },

  checkedOut(state, { restocks }, { now }) {
    state.cart = state.cart.filter((line) => !line.chosen);
    for (const asked of restocks) state.asked[asked.restock] = { ...asked, since: now };
  },

  restockTaken(state, { restock }) {
    drop(state.asked, restock);
  },

  restockNotTaken(state, { restock }) {
    drop(state.asked, restock);
  },

  restockCalledOff() {
    // It was taken out of the state when it was given up.
  },

  goodsReceived(state, { lines, amount, currency, day }) {
    carry(state, lines);
    const today = state.days.find((one) => one.day === day && one.currency === currency);
    if (today) {
      today.amount += amount;
      today.count += 1;
    } else {
      state.days = [...state.days, { day, currency, amount, count: 1 }].slice(-MOST_DAYS);
    }
  },

  loadSent(state, { load, device, lines }) {
    state.loads[load] = { device, lines };
    for (const { product, units } of lines) {
      const carried = own(state.carried, product);
      if (!carried || carried.units < units) throw new Error(`load ${load}: ${units} of ${product} are not carried`);
      carried.units -= units;
      if (carried.units === 0) drop(state.carried, product);
    }
  },

  loadEnded(state, { load, returned }) {
    drop(state.loads, load);
    carry(state, returned);
  },
};

function carry(state: DriverState, lines: readonly NamedUnits[]): void {
  for (const { product, name, units } of lines) {
    const before = own(state.carried, product)?.units ?? 0;
    state.carried[product] = { name, units: before + units };
  }
}

function drop(records: Record<string, unknown>, id: string): void {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record by id, never by a name that it gives a meaning to
  delete records[id];
}

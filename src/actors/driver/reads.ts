/** Questions to a driver's actor; he himself and the platform may ask them. */
import { refuse, type ActorDefinition } from '../runtime/definition.js';
import { maySee } from '../shared/callers.js';
import { businessDay, daysUpTo, periodsOf } from '../shared/period.js';
import type { Terms } from '../terms.js';
import type { AskedRestock, CartLine, DriverCommands, LoadNote } from './commands.js';
import type { DriverEvents, NamedUnits } from './events.js';
import type { DayFigures, DriverState } from './state.js';

/** What was picked up in a span: amount in minor units of `currency`, and the number of restocks. */
export type Restocked = { readonly amount: number; readonly count: number };

export type DriverHome = {
  readonly displayName: string;
  readonly cartLines: number;
  /** Orders that their station has not answered. */
  readonly asked: readonly AskedRestock[];
  readonly carried: readonly NamedUnits[];
  /** Goods on their way into devices. */
  readonly loads: readonly LoadNote[];
  readonly currency: string;
  readonly restocks: Readonly<Record<'today' | 'yesterday' | 'week' | 'lastWeek' | 'month' | 'lastMonth', Restocked>>;
};

export type DriverReads = {
  home: { input: object; reply: DriverHome };
  cart: { input: object; reply: { readonly lines: readonly CartLine[] } };
};

type Table = NonNullable<ActorDefinition<DriverState, DriverCommands, DriverEvents, DriverReads>['reads']>;

export function readsOf({ zone, currency }: Pick<Terms, 'zone' | 'currency'>): Table {
  return {
    home(state, _input, context) {
      if (!maySee(context, context.key)) return refuse('not_yours', `driver ${context.key}: is somebody else`);
      return {
        displayName: state.displayName,
        cartLines: state.cart.length,
        asked: Object.values(state.asked).map(({ restock, station, lines }) => ({ restock, station, lines })),
        carried: Object.entries(state.carried).map(([product, { name, units }]) => ({ product, name, units })),
        loads: Object.entries(state.loads).map(([load, note]) => ({ load, ...note })),
        currency,
        restocks: restocked(
          state.days.filter((day) => day.currency === currency),
          businessDay(context.now, zone),
        ),
      };
    },
    cart: (state, _input, context) =>
      maySee(context, context.key)
        ? { lines: state.cart }
        : refuse('not_yours', `driver ${context.key}: is somebody else`),
  };
}

/** A day's figures beside the day before, its week (from Monday) and month beside those before. */
function restocked(days: readonly DayFigures[], today: string): DriverHome['restocks'] {
  const { week, month } = periodsOf(today);
  const [aWeekAgo = today] = daysUpTo(today, 8);
  const [yesterday] = daysUpTo(today, 2);
  const [lastOfLastMonth = today] = daysUpTo(`${month}-01`, 2);
  const sum = (isIn: (day: string) => boolean): Restocked => {
    const found = days.filter(({ day }) => isIn(day));
    return {
      amount: found.reduce((all, { amount }) => all + amount, 0),
      count: found.reduce((all, { count }) => all + count, 0),
    };
  };
  return {
    today: sum((day) => day === today),
    yesterday: sum((day) => day === yesterday),
    week: sum((day) => periodsOf(day).week === week),
    lastWeek: sum((day) => periodsOf(day).week === periodsOf(aWeekAgo).week),
    month: sum((day) => day.startsWith(month)),
    lastMonth: sum((day) => day.startsWith(lastOfLastMonth.slice(0, 7))),
  };
}

/**
 * Decisions about a paid order's goods: which lines the station accepts, and what becomes of an order
 * that it never answers.
 *
 *   B2  the settlement splits exactly what is held between station and driver
 *   B3  units that are not accepted come free in the same entry
 */
import { refuse, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { byItself } from '../shared/callers.js';
import { own } from '../shared/own.js';
import { businessDay } from '../shared/period.js';
import { payOut } from '../shared/settlement.js';
import type { Terms } from '../terms.js';
import { byStation, openOrder } from './callers.js';
import { drawCode } from './code.js';
import type { OrderedLine, ProductUnits, StationCommands } from './commands.js';
import { finished, lapse, wrongState } from './decide-order.js';
import type { StationEvents } from './events.js';
import { tellLater } from './rankings.js';
import { heldOrder, restockSettlement } from './settlement.js';
import { amountOf, type OpenRestock, type StationState } from './state.js';

type AcceptReply = StationCommands['acceptRestock']['reply'];

/** Accepts units of each line, once; nothing accepted refuses the order. */
export function acceptRestock(terms: Pick<Terms, 'zone' | 'reportEveryMs' | 'slowReportEveryMs'>) {
  return (
    state: Readonly<StationState>,
    { restock, lines }: StationCommands['acceptRestock']['input'],
    context: Context,
  ): Decision<StationEvents, AcceptReply> => {
    const order = byStation(context) ?? openOrder(state, restock);
    if ('refused' in order) return order;
    if (order.state !== 'to_prepare' || order.accepted) return wrongState(restock, order);
    const accepted = acceptedLines(order, lines);
    if ('refused' in accepted) return accepted;
    if (accepted.length === 0) {
      const reply = { restock, state: 'refused', accepted: 0, refunded: order.total } as const;
      return { ...refuseWhole(state, restock, order, 'by_station', context), reply, closes: [lapse(restock)] };
    }
    const { currency } = state;
    const amount = amountOf(accepted);
    const refunded = order.total - amount;
    const released = order.lines
      .map(({ product, units }) => ({ product, units: units - unitsOf(accepted, product) }))
      .filter(({ units }) => units > 0);
    const day = businessDay(context.now, terms.zone);
    const data = { restock, driver: order.driver, accepted, released, amount, refunded, currency };
    const settlement = restockSettlement({ station: context.key, total: order.total }, accepted);
    const out = payOut(heldOrder(context.self, restock, order, currency, 'not_accepted'), settlement);
    return {
      reply: { restock, state: 'to_prepare', accepted: amount, refunded },
      events: [{ type: 'restockAccepted', data: { ...data, code: drawCode(context), day } }],
      send: [...out.send, ...tellLater(state, terms, context)],
      closes: [lapse(restock)],
      moves: out.moves,
    };
  };
}

/** Timer: the station never answered a paid order, so all of it goes back. */
export function lapseRestock(
  state: Readonly<StationState>,
  { restock }: StationCommands['lapseRestock']['input'],
  context: Context,
): Decision<StationEvents, null> {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const order = own(state.orders, restock);
  if (order?.state !== 'to_prepare' || order.accepted) return { reply: null };
  return { ...refuseWhole(state, restock, order, 'not_answered', context), reply: null };
}

function refuseWhole(
  state: Readonly<StationState>,
  restock: string,
  order: OpenRestock,
  reason: 'by_station' | 'not_answered',
  { self, key }: Context,
) {
  const data = { ...finished(state, restock, order), reason, refunded: order.total };
  const settlement = restockSettlement({ station: key, total: order.total }, []);
  const { send, moves } = payOut(heldOrder(self, restock, order, state.currency, reason), settlement);
  return { events: [{ type: 'restockRefused' as const, data }], send, moves };
}

/** The order's lines with the units that are accepted, without those of none. */
function acceptedLines(order: OpenRestock, lines: readonly ProductUnits[]): readonly OrderedLine[] | Refused {
  if (new Set(lines.map(({ product }) => product)).size < lines.length) {
    return refuse('bad_input', 'lines: name each product once');
  }
  for (const { product, units } of lines) {
    const ordered = unitsOf(order.lines, product);
    if (!Number.isSafeInteger(units) || units < 0 || units > ordered) {
      return refuse('bad_input', `units of ${product}: must be a whole number, 0 to the ${ordered} ordered`);
    }
  }
  return order.lines.map((line) => ({ ...line, units: unitsOf(lines, line.product) })).filter(({ units }) => units > 0);
}

function unitsOf(lines: readonly ProductUnits[], product: string): number {
  return lines.find((line) => line.product === product)?.units ?? 0;
}

/**
 * Decisions from an accepted order to its hand-over. The goods leave the station in the entry that
 * checks the code, on `transit/<restock>.goods` until the driver's actor has taken them (B2).
 */
import { messagesTo, refuse, type Context, type Decision } from '../runtime/definition.js';
import type { DriverCommands } from '../driver/commands.js';
import { transit } from '../shared/settlement.js';
import { byStation, openOrder, ownOrder } from './callers.js';
import { drawCode, isCode } from './code.js';
import type { RestockAnswer, StationCommands } from './commands.js';
import { finished, wrongState } from './decide-order.js';
import type { StationEvents } from './events.js';
import { amountOf, type StationState } from './state.js';

const toDriver = messagesTo<DriverCommands>('driver');

export function readyRestock(
  state: Readonly<StationState>,
  { restock }: StationCommands['readyRestock']['input'],
  context: Context,
): Decision<StationEvents, RestockAnswer> {
  const order = byStation(context) ?? openOrder(state, restock);
  if ('refused' in order) return order;
  if (order.state !== 'to_prepare' || !order.accepted) return wrongState(restock, order);
  return {
    reply: { restock, state: 'ready' },
    events: [{ type: 'restockReady', data: { restock, driver: order.driver } }],
  };
}

/** By the driver: after too many wrong codes, or when he fears that another has seen his. */
export function renewPickUpCode(
  state: Readonly<StationState>,
  { restock }: StationCommands['renewPickUpCode']['input'],
  context: Context,
): Decision<StationEvents, RestockAnswer> {
  const order = ownOrder(state, restock, context);
  if ('refused' in order) return order;
  if (!order.accepted) return wrongState(restock, order);
  const data = { restock, driver: order.driver, code: drawCode(context) };
  return { reply: { restock, state: order.state }, events: [{ type: 'pickUpCodeRenewed', data }] };
}

/** A wrong code is counted, so it is an answer and not a refusal: a refusal changes nothing. */
export function handOver(
  state: Readonly<StationState>,
  { restock, code }: StationCommands['handOver']['input'],
  context: Context,
): Decision<StationEvents, StationCommands['handOver']['reply']> {
  const order = byStation(context) ?? openOrder(state, restock);
  if ('refused' in order) return order;
  if (order.state !== 'ready' || !order.accepted) return wrongState(restock, order);
  if (order.attemptsLeft === 0) return refuse('code_locked', `restock ${restock}: too many wrong codes`);
  if (!isCode(order.code, code)) {
    const attemptsLeft = order.attemptsLeft - 1;
    return {
      reply: { restock, state: 'ready', handedOver: false, attemptsLeft },
      events: [{ type: 'wrongCodeShown', data: { restock, attemptsLeft } }],
    };
  }
  const { accepted } = order;
  const { name: stationName, currency } = state;
  const goods = { restock, stationName, lines: accepted, amount: amountOf(accepted), currency };
  return {
    reply: { restock, state: 'picked_up', handedOver: true, attemptsLeft: order.attemptsLeft },
    events: [{ type: 'restockPickedUp', data: { ...finished(state, restock, order), accepted } }],
    send: [toDriver('receiveGoods', order.driver, goods)],
    moves: accepted.map(({ product, units }) => ({
      from: context.self,
      to: transit(`${restock}.goods`),
      unit: product,
      quantity: units,
    })),
  };
}

/**
 * Rules of the business, each broken alone by an actor that does what the rule forbids, to prove that the simulation
 * notices. The product has no switch for any of it: a sound definition is wrapped.
 */
import type { AnyDefinition, Context, ErasedDecision } from '../../src/actors/runtime/definition.js';
import type { DevicePublicCommands, SlotUnits } from '../../src/actors/device/commands.js';
import type { DeviceState } from '../../src/actors/device/state.js';
import type { PaymentMemory } from '../../src/actors/payment/state.js';
import { sendBack, heldBy, transit } from '../../src/actors/shared/settlement.js';
import type { StationState } from '../../src/actors/station/state.js';
import type { Broken } from './breaks.js';
import type { Guard } from './guards.js';

type Decide<S, I> = (state: S, input: I, context: Context) => ErasedDecision;
type Evolve<S, D> = (state: S, data: D) => void;

/** The one decision that is another: `wrong` gets the sound one. */
function decides<S, I>(kind: string, type: string, wrong: (sound: Decide<S, I>) => Decide<S, I>): Broken {
  return replaced(kind, ({ decide, ...rest }) => {
    const sound = decide[type];
    if (!sound) throw new Error(`a ${kind} has no command ${type}`);
    return { ...rest, decide: { ...decide, [type]: wrong(sound) } };
  });
}

/** After the sound fold of an event another one is made; it gets the state as it was before, too. */
function folds<S, D>(kind: string, type: string, more: (before: S) => Evolve<S, D>): Broken {
  return replaced(kind, ({ evolve, ...rest }) => {
    const sound = evolve[type];
    if (!sound) throw new Error(`a ${kind} has no event ${type}`);
    const wrong: typeof sound = (state: S, data: D, at) => {
      const before = structuredClone(state);
      sound(state, data, at);
      more(before)(state, data);
    };
    return { ...rest, evolve: { ...evolve, [type]: wrong } };
  });
}

function replaced(kind: string, change: (definition: AnyDefinition) => AnyDefinition): Broken {
  return { definitions: (all) => all.map((one) => (one.kind === kind ? change(one) : one)) };
}

/** A sale that is cancelled or expires keeps what it had reserved. */
const keepingSlots = folds<DeviceState, { sale: string }>(
  'device',
  'saleCancelled',
  ({ sales }) =>
    ({ slots }, data) => {
      for (const { slot, units } of sales[data.sale]?.lines ?? []) {
        const kept = slots[slot];
        if (kept) kept.reserved += units;
      }
    },
);

/** An order that is cancelled or expires keeps what it had reserved. */
const keepingSupply = folds<StationState, { lines: readonly { product: string; units: number }[] }>(
  'station',
  'restockCancelled',
  () =>
    ({ supply }, { lines }) => {
      for (const { product, units } of lines) {
        const kept = supply[product];
        if (kept) kept.reserved += units;
      }
    },
);

/** A price that a passenger says is believed. */
type Priced = { readonly lines: readonly (SlotUnits & { readonly price?: number })[] };
const believingPrices = decides<DeviceState, Priced>('device', 'placeSale', (sound) => (state, input, context) => {
  const slots = { ...state.slots };
  for (const { slot: number, price } of input.lines) {
    const slot = slots[number];
    if (slot && price !== undefined) slots[number] = { ...slot, price };
  }
  return sound({ ...state, slots }, input, context);
});

/** A report that comes after the sale was refunded refunds it once more. */
type Report = DevicePublicCommands['reportDispense']['input'];
const refundingTwice = decides<DeviceState, Report>('device', 'reportDispense', (sound) => (state, input, context) => {
  const decision = sound(state, input, context);
  const sale = input.sale in state.doubts ? state.closed.find(({ id }) => id === input.sale)?.sale : undefined;
  if ('refused' in decision || !sale) return decision;
  const { currency } = state;
  const [actor, transfer] = [context.self, `${input.sale}.refund`];
  const refundTo = { wallet: sale.passenger };
  const move = { from: heldBy(actor), to: transit(transfer), unit: currency, quantity: sale.total };
  return {
    ...decision,
    moves: [...(decision.moves ?? []), move],
    send: [...(decision.send ?? []), sendBack({ actor, currency, refundTo, why: 'late' }, transfer, sale.total)],
  };
});

/** Money that comes when the sale has expired is kept. */
const keepingLateMoney = decides<DeviceState, object>(
  'device',
  'paymentArrived',
  (sound) => (state, input, context) => {
    const decision = sound(state, input, context);
    const returned = 'refused' in decision ? [] : (decision.events ?? []);
    if ('refused' in decision || !returned.some(({ type }) => type === 'paymentReturned')) return decision;
    return { reply: null, moves: (decision.moves ?? []).slice(0, 1) };
  },
);

/** The end of its time ends a sale that was paid just before. */
const expiringWhatIsPaid = decides<DeviceState, { sale: string }>(
  'device',
  'expireSale',
  (sound) => (state, input, context) => {
    const sale = state.sales[input.sale];
    if (!sale) return sound(state, input, context);
    return sound({ ...state, sales: { ...state.sales, [input.sale]: { ...sale, state: 'paying' } } }, input, context);
  },
);

/** A receipt that a provider tells of again is money again. */
const believingReceiptsAgain = decides<PaymentMemory, object>(
  'payment',
  'confirm',
  (sound) => (memory, input, context) =>
    sound(memory.payment ? { ...memory, payment: { ...memory.payment, receipts: [] } } : memory, input, context),
);

export const businessGuards: readonly Guard[] = [
  { rule: 'a sale that ends unpaid frees what it reserved', from: 1, broken: () => keepingSlots },
  { rule: 'a restock that ends unpaid frees what it reserved', from: 1, broken: () => keepingSupply },
  { rule: 'a price is the slot’s, not the client’s', from: 1, broken: () => believingPrices },
  { rule: 'a sale is refunded once', from: 6, broken: () => refundingTwice },
  { rule: 'money for a sale that has expired goes back', from: 1, broken: () => keepingLateMoney },
  { rule: 'a sale that is paid does not expire', from: 57, broken: () => expiringWhatIsPaid },
  { rule: 'a receipt takes effect once', from: 2, broken: () => believingReceiptsAgain },
];

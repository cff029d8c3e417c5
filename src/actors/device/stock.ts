/**
 * What is in the slots besides what is sold: the owner's planogram, what he loads, what he takes out.
 *
 *   B1  Prices are set here by the owner; an open sale keeps the price it was placed at.
 *   B2  Goods come from `transit/<load>.load`, where the driver put them, and what does not fit is left there for him.
 *   B3  A slot that holds goods keeps its product, and one that a sale holds units of stays.
 */
import { refuse, type Refused } from '../runtime/definition.js';
import type { Move } from '../../store/ports.js';
import { sentByActor } from '../shared/callers.js';
import { isWhole } from '../shared/money.js';
import { own } from '../shared/own.js';
import { transit } from '../shared/settlement.js';
import type { LoadLine, PlannedSlot } from './commands.js';
import { byOwner, type Decide } from './guards.js';
import { HIGHEST_PRICE, LONGEST_REASON, MOST_CAPACITY, MOST_SLOTS } from './limits.js';
import type { DeviceState } from './state.js';

export const setPlanogram: Decide<'setPlanogram'> = (state, { slots }, context) => {
  const wrong = byOwner(state, context) ?? wrongPlan(state, slots);
  if (wrong) return wrong;
  return { reply: { slots: slots.length }, events: [{ type: 'planogramSet', data: { slots } }] };
};

export const loadSlots: Decide<'loadSlots'> = (state, { load, lines }, context) => {
  // A driver's client may not say it: the goods must have left what he carries.
  if (!sentByActor(context, ['driver'])) return refuse('not_allowed', "caller: only a driver's actor loads");
  const wrong = state.standing === 'retired' ? refuse('device_retired', 'device: out of service') : undefined;
  const stopped = byOwner(state, context) ?? wrong ?? wrongLoad(lines);
  if (stopped) return stopped;
  const loaded: LoadLine[] = [];
  const moves: Move[] = [];
  for (const { slot: number, product, units } of lines) {
    const slot = own(state.slots, String(number));
    if (slot?.product !== product) continue;
    const fits = Math.min(units, slot.capacity - slot.count);
    if (fits === 0) continue;
    loaded.push({ slot: number, product, units: fits });
    moves.push({ from: transit(`${load}.load`), to: context.self, unit: product, quantity: fits });
  }
  const reply = { load, loaded };
  if (loaded.length === 0) return { reply };
  const driver = state.owner?.driver ?? '';
  const put = loaded.map(({ slot, units }) => ({ slot, units }));
  return { reply, events: [{ type: 'slotsLoaded', data: { load, driver, lines: put } }], moves };
};

export const takeOut: Decide<'takeOut'> = (state, { slot: number, units, reason }, context) => {
  const wrong = byOwner(state, context);
  if (wrong) return wrong;
  const slot = own(state.slots, String(number));
  if (!slot) return refuse('unknown_slot', `slot: ${number} is not one of this device`);
  const free = slot.count - slot.reserved;
  if (!isWhole(units, 1, MOST_CAPACITY)) return refuse('bad_input', `units: must be 1 to ${MOST_CAPACITY}`);
  if (units > free) return refuse('slot_in_use', `units: ${free} of slot ${number} are in no sale`, { free });
  return {
    reply: { slot: number, left: slot.count - units },
    events: [{ type: 'goodsTakenOut', data: { slot: number, units, reason: reason.slice(0, LONGEST_REASON) } }],
    moves: [{ from: context.self, to: 'world/lost', unit: slot.product, quantity: units }],
  };
};

function wrongPlan(state: Readonly<DeviceState>, slots: readonly PlannedSlot[]): Refused | undefined {
  if (!isWhole(slots.length, 1, MOST_SLOTS)) return refuse('bad_input', `slots: must be 1 to ${MOST_SLOTS}`);
  const planned = new Map<number, PlannedSlot>();
  for (const one of slots) {
    if (!isWhole(one.slot, 1, MOST_SLOTS)) return refuse('bad_input', `slot: must be 1 to ${MOST_SLOTS}`);
    if (planned.has(one.slot)) return refuse('bad_input', `slot: ${one.slot} stands there twice`);
    if (!isWhole(one.capacity, 1, MOST_CAPACITY)) {
      return refuse('bad_input', `capacity of slot ${one.slot}: must be 1 to ${MOST_CAPACITY}`);
    }
    if (!isWhole(one.price, 1, HIGHEST_PRICE)) {
      return refuse('bad_input', `price of slot ${one.slot}: must be 1 to ${HIGHEST_PRICE} minor units`);
    }
    planned.set(one.slot, one);
  }
  for (const [number, slot] of Object.entries(state.slots)) {
    const plan = planned.get(Number(number));
    if (slot.count > 0 && plan?.product !== slot.product) {
      const held = { slot: Number(number), product: slot.product, count: slot.count, reserved: slot.reserved };
      return refuse(
        'slot_in_use',
        `slot ${number}: holds ${slot.count} of ${slot.product}; sell or take them out`,
        held,
      );
    }
    if (plan && plan.capacity < slot.count) {
      return refuse('slot_in_use', `capacity of slot ${number}: ${slot.count} are inside`, { slot: Number(number) });
    }
  }
  return undefined;
}

function wrongLoad(lines: readonly LoadLine[]): Refused | undefined {
  if (!isWhole(lines.length, 1, MOST_SLOTS)) return refuse('bad_input', `lines: must be 1 to ${MOST_SLOTS}`);
  if (new Set(lines.map(({ slot }) => slot)).size < lines.length) {
    return refuse('bad_input', 'lines: name each slot once');
  }
  const wrong = lines.find(({ units }) => !isWhole(units, 1, MOST_CAPACITY));
  return wrong && refuse('bad_input', `units of slot ${wrong.slot}: must be 1 to ${MOST_CAPACITY}`);
}

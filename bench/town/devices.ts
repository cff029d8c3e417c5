/** A device of the town: registered, claimed, planned, loaded, online, and selling. */
import type { PlacedSale } from '#built/actors/device/commands.js';
import { digest } from '#built/actors/shared/secret.js';
import type { Asker } from './asker.js';
import { keyOf, productOf } from './names.js';

const PLATFORM = 'platform:admin';
const CODE = 'K7Q2M4';
/** Minor units that a unit costs. */
const PRICE = 300;

/** Brings a device to the point where it sells: `units` of goods in each of its slots. */
export async function fitOut(
  asker: Asker,
  device: string,
  driver: string,
  { slots, units }: { readonly slots: number; readonly units: number },
): Promise<void> {
  const actor = `device:${device}` as const;
  const owner = `driver:${driver}` as const;
  const numbers = Array.from({ length: slots }, (_, i) => i + 1);
  await asker.ask(actor, 'register', { name: `Car ${device}`, keyHash: digest(device, keyOf(device)) }, PLATFORM);
  await asker.ask(actor, 'showCode', { codeHash: digest(device, CODE) }, actor);
  await asker.ask(actor, 'claim', { code: CODE, driverName: driver }, owner);
  const plan = numbers.map((slot) => ({
    slot,
    product: productOf(slot),
    name: `Product ${slot}`,
    capacity: units,
    price: PRICE,
  }));
  await asker.ask(actor, 'setPlanogram', { slots: plan }, owner);
  const lines = numbers.map((slot) => ({ slot, product: productOf(slot), units }));
  const { load } = await asker.ask<{ load: string }>(owner, 'load', { device, lines }, owner);
  await asker.hear(`${owner}/me`, 'goods.loaded', load);
  await asker.ask(actor, 'cameOnline', { connection: 'an.earlier.node' }, 'system:presence');
}

/** One whole sale of one unit, paid from the balance. */
export async function sellOne(asker: Asker, device: string, passenger: string): Promise<void> {
  const actor = `device:${device}` as const;
  const order = { lines: [{ slot: 1, units: 1 }], pay: 'balance' };
  const { sale } = await asker.ask<PlacedSale>(actor, 'placeSale', order, `passenger:${passenger}`);
  await asker.hear(`${actor}/box`, 'dispense', sale);
  await asker.ask(actor, 'reportDispense', { sale, lines: [{ slot: 1, dropped: 1 }] }, actor);
}

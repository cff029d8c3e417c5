/** The depot of the town, and how a driver comes by goods: cart, check-out, payment, acceptance, hand-over. */
import type { AskedRestock } from '#built/actors/driver/commands.js';
import type { Asker } from './asker.js';
import { DEPOT, productOf } from './names.js';

const STATION = `station:${DEPOT}` as const;
const PLATFORM = 'platform:admin';
/** Minor units that a unit costs at the depot: goods are no matter here. */
const PRICE = 1;
/** Units of a product that the depot keeps: as many as it may. */
const SUPPLY = 1_000_000;

/** Opens the depot with one product for each slot. */
export async function openDepot(asker: Asker, slots: number): Promise<void> {
  const products = Array.from({ length: slots }, (_, i) => ({ id: productOf(i + 1), name: `Product ${i + 1}` }));
  await asker.ask('catalogue:platform', 'put', { products }, PLATFORM);
  await asker.ask(STATION, 'register', { name: 'Depot', lon: 121.47, lat: 31.23 }, PLATFORM);
  await fill(asker, slots);
}

/** A lorry comes to the depot. */
export async function fill(asker: Asker, slots: number): Promise<void> {
  const lines = Array.from({ length: slots }, (_, i) => ({
    product: productOf(i + 1),
    name: `Product ${i + 1}`,
    units: SUPPLY,
    price: PRICE,
  }));
  await asker.ask(STATION, 'stock', { lines }, PLATFORM);
}

/** One restock, to the hand-over: `units` of each of the products. */
export async function fetchGoods(asker: Asker, driver: string, slots: number, units: number): Promise<void> {
  const subject = `driver:${driver}` as const;
  const stream = `${STATION}/driver.${driver}`;
  for (let slot = 1; slot <= slots; slot++) {
    const line = { station: DEPOT, product: productOf(slot), units, chosen: true };
    await asker.ask(subject, 'setCartLine', line, subject);
  }
  const { restocks } = await asker.ask<{ restocks: readonly AskedRestock[] }>(subject, 'checkOut', {}, subject);
  for (const { restock, lines } of restocks) {
    await asker.hear(stream, 'restock.placed', restock);
    await asker.ask(STATION, 'payRestock', { restock, method: 'balance' }, subject);
    await asker.hear(stream, 'restock.paid', restock);
    await asker.ask(STATION, 'acceptRestock', { restock, lines }, STATION);
    const { code } = await asker.hear<{ code: string }>(stream, 'restock.accepted', restock);
    await asker.ask(STATION, 'readyRestock', { restock }, STATION);
    await asker.ask(STATION, 'handOver', { restock, code }, STATION);
    await asker.hear(`${subject}/me`, 'goods.received', restock);
  }
}

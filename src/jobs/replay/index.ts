/**
 * Replays recorded traces, stations and sales on a server, through real sockets. Sales keep their order, their
 * products and their prices; the nth sale is sold by the nth device, counted around (devices in the order of their
 * first fix). See docs/replay.md for all the rules.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SaleRow } from '../csv/sales.js';
import type { Fix } from '../csv/traces.js';
import type { PlannedSlot } from '../traffic/entrance.js';
import { NothingCame } from '../traffic/inbox.js';
import { Refused } from '../traffic/line.js';
import { Pool } from '../traffic/pool.js';
import { sell, type Sold } from '../traffic/sell.js';
import type { Tally } from '../traffic/tally.js';
import { assemble, riderOf, type Cast, type Server } from './cast.js';
import type { Took } from './summary.js';
import { fixesOf, productId, salesOf, type Recording, type Survey } from './survey.js';
import type { Taxi } from './taxi.js';
import { merge, onTheClockOf, pace, type Speed, type Timed } from './timeline.js';

/** What to replay, where, how fast. */
export interface ReplayOptions {
  readonly recording: Recording;
  readonly server: Server;
  readonly speed: Speed;
  /** Sales under way at once. */
  readonly inFlight: number;
}

/** Hears how the replay gets on. */
export interface Progress {
  /** One more station, passenger or taxi came in. */
  readonly came: () => void;
  /** Everybody is there; the recording begins. */
  readonly began: () => void;
  /** A row of the recording is done. */
  readonly sale: () => void;
  readonly fix: () => void;
}

type Recorded = { readonly fix: Fix } | { readonly sale: SaleRow };

/** How often a sale is tried when its slot is sold out: each time the driver restocks first. */
const TRIES = 4;
/** Positions on their way at once. */
const PINGS = 64;

/**
 * Runs the whole recording. Resolves when every sale and every restock that it led to has come to its end, with how
 * long that took.
 */
export async function replay(
  { recording, server, speed, inFlight }: ReplayOptions,
  found: Survey,
  tally: Tally,
  progress: Progress,
): Promise<Took> {
  const came = performance.now();
  const cast = await assemble(server, found, tally, progress.came);
  progress.began();
  const began = performance.now();
  const due = pace(speed, found.fixes.from, { now: () => performance.now(), sleep: (ms) => sleep(ms) });
  const shift = Date.now() - found.fixes.to;
  const sales = new Pool(inFlight);
  const pings = new Pool(PINGS);
  const taxis = [...cast.taxis.values()];
  let sold = 0;
  for await (const { at, what } of recorded(recording, found)) {
    await due(at);
    if ('fix' in what) {
      const { fix } = what;
      await pings.start(fix.taxi, () => ping(cast.taxis.get(fix.taxi), fix, shift, tally).finally(progress.fix));
    } else {
      const { sale } = what;
      const taxi = taxis[sold++ % taxis.length];
      if (!taxi) throw new Error('a replay needs a car');
      await sales.start(taxi.box.device, () => sellRecorded(sale, taxi, cast, tally).finally(progress.sale));
    }
  }
  await Promise.all([sales.idle(), pings.idle()]);
  await Promise.all(taxis.map(({ carrier }) => carrier.idle()));
  cast.leave();
  return { comingIn: (began - came) / 1_000, replaying: (performance.now() - began) / 1_000 };
}

/** Fixes and sales on one clock. */
function recorded(recording: Recording, found: Survey): AsyncGenerator<Timed<Recorded>> {
  const clock = onTheClockOf(found.fixes, found.sales);
  async function* fixes(): AsyncGenerator<Timed<Recorded>> {
    for await (const fix of fixesOf(recording)) yield { at: fix.at, what: { fix } };
  }
  async function* sales(): AsyncGenerator<Timed<Recorded>> {
    for await (const sale of salesOf(recording)) yield { at: clock(sale.at), what: { sale } };
  }
  return merge(fixes(), sales());
}

async function ping(taxi: Taxi | undefined, { lon, lat, at }: Fix, shift: number, tally: Tally): Promise<void> {
  if (!taxi) return;
  taxi.place = { lon, lat };
  try {
    await taxi.driver.ask('position.ping', { lon, lat, at: at + shift });
    tally.count('positions');
  } catch (error) {
    // The refusal is counted where it came in.
    if (!(error instanceof Refused)) throw error;
  }
}

/** One recorded sale at its price; a sold-out slot is restocked and the sale tried again. */
async function sellRecorded(sale: SaleRow, taxi: Taxi, cast: Cast, tally: Tally): Promise<void> {
  const rider = cast.riders[riderOf(sale.card, sale.id)];
  const slot = taxi.slots.get(productId(sale.product));
  if (!rider || !slot) throw new Error(`sale ${sale.id} is of a product that the survey did not see`);
  try {
    if (slot.price !== sale.amount) await reprice(taxi, { ...slot, price: sale.amount }, tally);
    const buy = (): Promise<Sold> => sell(rider.line, taxi.box, [{ slot: slot.slot, units: 1 }], tally);
    for (let tries = 1; tries <= TRIES; tries++) {
      const sold = await rider.purse.spend(sale.amount, buy);
      if (sold.ok || sold.code === 'nothing_came') return;
      if (sold.code !== 'sold_out') break;
      await taxi.carrier.refill();
    }
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NothingCame)) throw error;
  }
  tally.count('given up');
}

/** The driver changes a price, as the recording has it. */
async function reprice(taxi: Taxi, slot: PlannedSlot, tally: Tally): Promise<void> {
  taxi.slots.set(slot.product, slot);
  await taxi.driver.ask('device.planogram', { device: taxi.box.device, slots: [...taxi.slots.values()] });
  tally.count('repriced');
}

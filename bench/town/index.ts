/**
 * Data sets, made by the commands that real ones are made by: sign-up, top-up, restock, claim, planogram, loading,
 * sales. Nothing is written beside the engine.
 */
import { forEach } from '#built/jobs/traffic/pool.js';
import { defaultTerms } from '#built/actors/terms.js';
import { SHARDS } from '#built/store/ports.js';
import { Asker } from './asker.js';
import { fitOut, sellOne } from './devices.js';
import { openEngine, type Engine } from './engine.js';
import { fetchGoods, fill, openDepot } from './goods.js';
import { CLERK, DEPOT, deviceId, driverName, passengerName } from './names.js';
import { Registry, topUp } from './people.js';

export interface TownPlan {
  readonly devices: number;
  /** Devices of one driver. */
  readonly perDriver: number;
  readonly slots: number;
  /** Units in each slot. */
  readonly units: number;
  /** Passengers with an account and money. */
  readonly passengers: number;
  /** Every device of this many sells one unit; 0: none sells. */
  readonly sellsOneIn: number;
}

/** Drivers and devices of a driver that are served at a time. */
const DRIVERS_AT_ONCE = 32;
const DEVICES_AT_ONCE = 16;
/** Drivers after whom the depot is filled up. */
const FILL_EVERY = 16;
/** Totals and fees are told soon, so that nothing is left pending. */
const soon = { reportEveryMs: 200, slowReportEveryMs: 200, sweepEveryMs: 200 };

/** Makes the town in an empty folder, and ends it in order with nothing pending. */
export async function buildTown(folder: string, plan: TownPlan): Promise<void> {
  const engine = await openEngine(folder, { ...defaultTerms, ...soon });
  try {
    await populate(engine, plan);
    await nothingPending(engine);
  } finally {
    await engine.close();
  }
}

async function populate({ system }: Engine, plan: TownPlan): Promise<void> {
  const { devices, perDriver, slots, units } = plan;
  const asker = new Asker(system, 'town');
  const registry = new Registry(asker);
  await openDepot(asker, slots);
  await registry.employ(CLERK, DEPOT);
  const passengers: string[] = [];
  for (let i = 0; i < plan.passengers; i++) {
    const key = await registry.signUp('passenger', passengerName(i));
    await topUp(asker, `passenger:${key}`, key);
    passengers.push(key);
  }
  const numbers = Array.from({ length: devices }, (_, i) => i);
  const fleets = numbers.filter((number) => number % perDriver === 0);
  await forEach(fleets, DRIVERS_AT_ONCE, async (first) => {
    const number = first / perDriver;
    if (number % FILL_EVERY === FILL_EVERY - 1) await fill(asker, slots);
    const driver = await registry.signUp('driver', driverName(number));
    await topUp(asker, `driver:${driver}`, driver);
    const own = numbers.slice(first, first + perDriver);
    await fetchGoods(asker, driver, slots, own.length * units);
    await forEach(own, DEVICES_AT_ONCE, async (i) => {
      const device = deviceId(i);
      await fitOut(asker, device, driver, plan);
      if (plan.sellsOneIn === 0 || i % plan.sellsOneIn !== 0) return;
      const passenger = passengers[i % passengers.length];
      if (passenger !== undefined) await sellOne(asker, device, passenger);
    });
  });
}

/** All that the town's commands promise is due sooner than this, ms. */
const SOON_MS = 60_000;

/**
 * Waits until every promise is kept, so that a start has nothing to catch up on. What stands later is a marker that led
 * to nothing: it is put off until its device, which left memory meanwhile, stores something again.
 */
async function nothingPending({ system, store }: Engine): Promise<void> {
  for (;;) {
    await system.projected();
    const open = await store.journal.due({ from: 0, to: SHARDS }, Date.now() + SOON_MS, 1);
    if (open.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

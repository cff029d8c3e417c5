/** One seed: a world, its people, its faults, and what was found when all was quiet. */
import { audit } from './audit.js';
import { possible } from './faults.js';
import { flows } from './flows.js';
import type { Guard } from './guards.js';
import { pause } from './network.js';
import { device, DEVICES, driver, DRIVERS, passenger, PASSENGERS, settleTown, station, STATIONS } from './people.js';
import { terms, World } from './world.js';

export interface SeedResult {
  readonly seed: number;
  /** The same for the same seed. */
  readonly hash: string;
  /** Commands that were answered. */
  readonly commands: number;
  /** How often each fault struck. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often the business went each way. */
  readonly flows: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** Sales of a passenger, and rounds of a driver meanwhile: with them a seed has at least 100 commands. */
const SALES = 6;
const ROUNDS = 1;
/**
 * Devices and stations go on for so long after the last passenger: what was not reported in time is refunded by then,
 * ms.
 */
const AFTER_MS = terms.dispenseWithinMs + 30_000;
/** People are mostly done long before this, ms. */
const LONG_MS = 900_000;
/** People who are not done by then never will be, ms. */
const LONGEST_MS = 6 * 3_600_000;

export async function runSeed(seed: number, nodes: number, guard?: Guard): Promise<SeedResult> {
  const world = new World(seed, nodes, guard);
  // A process would end by it.
  const unhandled = (error: unknown): void => {
    world.ledger.violation(`nobody handles ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  process.on('unhandledRejection', unhandled);
  try {
    const began = world.clock.now();
    let lived = false;
    const living = live(world).finally(() => {
      lived = true;
    });
    // Without a guard the first violation is enough, and people may go on for ever.
    const caught = (): boolean => guard !== undefined && world.ledger.violations.length > 0;
    const enough = (): boolean => guard !== undefined && (caught() || world.clock.now() - began > LONG_MS);
    await Promise.race([living, world.clock.until(() => lived || enough(), LONGEST_MS)]);
    if (!caught()) {
      await world.heal();
      await audit(world);
    }
  } catch (error) {
    world.ledger.violation(
      `the seed did not come to its end: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  process.off('unhandledRejection', unhandled);
  const { ledger, faults, store, provider } = world;
  return {
    seed,
    hash: ledger.hash,
    commands: ledger.acknowledged.size,
    faults: possible(nodes, faults.counts, store.faults.counts, provider.counts),
    flows: flows(await world.clock.settle(world.entries())),
    violations: ledger.violations,
  };
}

async function live(world: World): Promise<void> {
  await settleTown(world);
  let busy = true;
  const done = (): boolean => !busy;
  const servants = [
    ...DEVICES.map((key) => device(world, key, done)),
    ...STATIONS.map((key) => station(world, key, done)),
  ];
  // Nobody buys from an empty box.
  await Promise.all(DRIVERS.map((key) => driver(world, key, 1)));
  await Promise.all([
    ...PASSENGERS.map((key) => passenger(world, key, SALES)),
    ...DRIVERS.map((key) => driver(world, key, ROUNDS)),
  ]);
  await pause(world.clock, AFTER_MS);
  busy = false;
  await Promise.all(servants);
}

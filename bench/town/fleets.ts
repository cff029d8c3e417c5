/** Towns that are measured on: built once, kept between runs, never opened in their place (folders.ts clones them). */
import { access, mkdir, rename, rm } from 'node:fs/promises';

import { cacheFolder } from '../kit/folders.js';
import type { Sizes } from '../kit/sizes.js';
import { buildTown, type TownPlan } from './index.js';

/** Changes with what a town is made of and with the store's format, so that no run takes an older one's. */
const MADE = 5;

/** As many units in a slot as the load of the engine's rows has sales under way there. */
const plan: Omit<TownPlan, 'devices'> = { perDriver: 32, slots: 4, units: 300, passengers: 100, sellsOneIn: 10 };

/** The folder of a fleet of so many devices with stock; one in ten has sold. */
export function fleet(devices: number): Promise<string> {
  return town({ ...plan, devices });
}

/** Of each device of a street. */
export const STREET_SLOTS = 16;

/** The folder of the town of the rows of sockets: passengers with money, devices with as much as a long run sells. */
export function street({ devices, sockets: passengers }: Sizes): Promise<string> {
  return town({ devices, perDriver: 10, slots: STREET_SLOTS, units: 999, passengers, sellsOneIn: 0 });
}

/** The folder of the town of a plan. */
export async function town(plan: TownPlan): Promise<string> {
  const { devices, perDriver, slots, units, passengers, sellsOneIn } = plan;
  const folder = cacheFolder([devices, perDriver, slots, units, passengers, sellsOneIn, MADE].join('-'));
  if (await isThere(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await buildTown(unfinished, plan);
    await rename(unfinished, folder).catch(async (error: unknown) => {
      // Another run has built it meanwhile.
      if (!(await isThere(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

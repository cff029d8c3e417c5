/** The fleets that are compared: built once, kept between runs, never opened in their place (folders.ts clones them). */
import { access, mkdir, rename, rm } from 'node:fs/promises';

import { cacheFolder } from '../kit/folders.js';
import { buildTown, type TownPlan } from './index.js';

/** Changes with what a town is made of and with the store's format, so that no run takes an older one's. */
const MADE = 4;

const plan: Omit<TownPlan, 'devices'> = { perDriver: 50, slots: 4, units: 100, passengers: 100, sellsOneIn: 10 };

/** The folder of a fleet of so many devices with stock; one in ten has sold. */
export async function fleet(devices: number): Promise<string> {
  const folder = cacheFolder(`fleet-${devices}-${MADE}`);
  if (await isThere(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await buildTown(unfinished, { ...plan, devices });
    await rename(unfinished, folder);
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

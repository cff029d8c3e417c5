/**
 * Servers that a command starts for itself: on a folder of their own, with room for a whole city that comes from one
 * address, with an operator whose password nobody else knows.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nanoid } from 'nanoid';
import type { Settings } from '../config.js';

/** A folder, and the way to be rid of it: one that was given stays. */
export interface Folder {
  readonly path: string;
  readonly clear: () => Promise<void>;
}

/** The folder that was given, or a new one. */
export async function folderFor(given: string | undefined): Promise<Folder> {
  if (given !== undefined) return { path: given, clear: () => Promise.resolve() };
  const path = await mkdtemp(join(tmpdir(), 'backseat-'));
  return { path, clear: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Settings for a node whose clients all sit in this process: hundreds of people sign up in its first seconds, from one
 * address. Their passwords are drawn at random, so their hashes may be cheap.
 */
export function ownSettings(settings: Settings, dataFolder: string): Settings {
  const adminPassword = settings.adminPassword === '' ? nanoid() : settings.adminPassword;
  return {
    ...settings,
    ...{ dataFolder, adminPassword, logLevel: settings.logLevel === 'info' ? 'warn' : settings.logLevel },
    // A city of made-up people: whoever looks may.
    publicScreens: 'yes',
    ...{ hashMemoryKiB: 1_024, hashPasses: 1 },
    ...{ signUpsPerMinute: 100_000, guestsPerAddress: 10_000, addressRate: 10_000, addressBurst: 10_000 },
    ...{ accountRate: 100_000, accountBurst: 100_000, socketRate: 10_000, socketBurst: 10_000 },
  };
}

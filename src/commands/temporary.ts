/**
 * Servers that a command starts for itself: on a folder of their own, with room for a whole city that comes from one
 * address, with an operator whose password nobody else knows.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { nanoid } from 'nanoid';
import type { Settings } from '../config.js';
import { besideDatabase } from '../node/store.js';

/** Characters of a secret that is drawn. */
const SECRET = 43;

/**
 * Works in a new folder, and in a new database where the settings name one; both are gone afterwards, however it ends.
 */
export async function temporarily<T>(settings: Settings, work: (settings: Settings) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'backseat-'));
  try {
    return await besideDatabase(settings, basename(folder), (mongoUrl) =>
      work(temporarySettings({ ...settings, mongoUrl, tokenSecret: nanoid(SECRET) }, folder)),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Settings for a node whose clients all sit in this process: hundreds come in within its first seconds, from one
 * address.
 */
export function ownSettings(settings: Settings, dataFolder: string): Settings {
  return {
    ...settings,
    dataFolder,
    logLevel: settings.logLevel === 'info' ? 'warn' : settings.logLevel,
    signUpsPerMinute: 100_000,
    guestsPerAddress: 10_000,
    addressRate: 10_000,
    addressBurst: 10_000,
    accountRate: 100_000,
    accountBurst: 100_000,
    socketRate: 10_000,
    socketBurst: 10_000,
  };
}

/** The same on a folder that nobody keeps: all passwords are drawn at random, so their hashes may be cheap. */
export function temporarySettings(settings: Settings, folder: string): Settings {
  const own = ownSettings(settings, folder);
  const adminPassword = own.adminPassword === '' ? nanoid() : own.adminPassword;
  return { ...own, adminPassword, hashMemoryKiB: 1_024, hashPasses: 1 };
}

/**
 * Opens LevelDB, and says in one line why it does not open.
 */
import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ClassicLevel } from 'classic-level';

import { StoreDamaged, StoreUnavailable } from '../ports.js';

export type Level = ClassicLevel;

/** LevelDB's own logs and tables. */
const HOLDS_DATA = /\.(log|ldb|sst)$/;

const MEBIBYTE = 1024 * 1024;

/** Opens the database below `folder`, and makes both when they are not there. */
export async function openLevel(folder: string): Promise<Level> {
  const location = join(folder, 'level');
  await makeWritable(folder, location);
  const level = new ClassicLevel(location, {
    // Without its CURRENT file a database looks new to LevelDB, which would clear away what is there.
    createIfMissing: !(await readdir(location)).some((name) => HOLDS_DATA.test(name)),
    cacheSize: 32 * MEBIBYTE,
    writeBufferSize: 16 * MEBIBYTE,
  });
  try {
    await level.open();
  } catch (error) {
    throw explain(folder, error);
  }
  return level;
}

async function makeWritable(folder: string, location: string): Promise<void> {
  try {
    await mkdir(location, { recursive: true });
    for (const path of [folder, location]) await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StoreUnavailable(`cannot write to the data folder ${folder}: ${codeOf(error) ?? String(error)}`, {
      cause: error,
    });
  }
}

function explain(folder: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  switch (codeOf(cause)) {
    case 'LEVEL_LOCKED':
      return new StoreUnavailable(`the data folder ${folder} is in use by another process`, { cause });
    case 'LEVEL_IO_ERROR':
      return new StoreUnavailable(`cannot open the data folder ${folder}: ${reason}`, { cause });
    default:
      return new StoreDamaged(`the database in ${folder} is damaged: ${reason}`, { cause });
  }
}

/** The code that an error of Node or of LevelDB carries. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** LevelDB itself saw the damage: a block does not unpack, a table is missing. */
export function isCorruption(error: unknown): boolean {
  return codeOf(error) === 'LEVEL_CORRUPTION';
}

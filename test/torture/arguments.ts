/** The kill test's command line. */
import { parseArgs } from 'node:util';

import { SMALL } from './stand.js';
import type { TownSize } from './town.js';

const LARGE: TownSize = { devices: 24, passengers: 40, stations: 4, hands: 8 };

export interface Arguments {
  readonly rounds: number;
  readonly seed: number;
  readonly size: TownSize;
  readonly json: boolean;
}

/** Ends the process with one line on what is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '30' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        town: { type: 'string', default: 'large' },
        json: { type: 'boolean', default: false },
      },
    });
    const { rounds, seed, town, json } = values;
    if (town !== 'large' && town !== 'small') throw new Error(`--town must be large or small, not ${town}`);
    const size = town === 'large' ? LARGE : SMALL;
    return { rounds: wholeNumber('rounds', rounds), seed: wholeNumber('seed', seed), size, json };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

function wholeNumber(name: string, text: string): number {
  const value = /^\d{1,9}$|^1\d{9}$|^2[01]\d{8}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new Error(`--${name} must be a whole number from 1 to 2199999999, not ${text}`);
}

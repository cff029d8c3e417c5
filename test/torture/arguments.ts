/** The kill test's command line. */
import { parseArgs } from 'node:util';

import { LARGE, SMALL, type TownSize } from './town-size.js';

/** Each is a process with a part of one machine. */
const MOST_NODES = 9;

export interface Arguments {
  readonly rounds: number;
  readonly seed: number;
  readonly size: TownSize;
  readonly json: boolean;
  /** Servers; one has a folder of its own, several share a MongoDB and a Redis. */
  readonly nodes: number;
  /** Redis is gone for so long, s; of several nodes only. */
  readonly redisGone: number;
}

/** Ends the process with one line on what is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string' },
        nodes: { type: 'string', default: '1' },
        'redis-gone': { type: 'string', default: '0' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        town: { type: 'string', default: 'large' },
        json: { type: 'boolean', default: false },
      },
    });
    const { seed, town, json } = values;
    const nodes = wholeNumber('nodes', values.nodes);
    const redisGone = values['redis-gone'] === '0' ? 0 : wholeNumber('redis-gone', values['redis-gone']);
    if (nodes === 2 || nodes > MOST_NODES) throw new Error(`--nodes must be 1, or 3 to ${MOST_NODES}, not ${nodes}`);
    if (redisGone > 0 && nodes === 1) throw new Error('--redis-gone needs --nodes: one server has no Redis');
    // Redis alone may go, and nothing else.
    const rounds = values.rounds === '0' && redisGone > 0 ? 0 : wholeNumber('rounds', values.rounds ?? '30');
    if (town !== 'large' && town !== 'small') throw new Error(`--town must be large or small, not ${town}`);
    const size = town === 'large' ? LARGE : SMALL;
    return { rounds, seed: wholeNumber('seed', seed), size, json, nodes, redisGone };
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

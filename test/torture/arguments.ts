/** The kill test's command line. */
import { parseArgs } from 'node:util';

import { faultNames } from './faults/names.js';
import { LARGE, SMALL, TINY, type TownSize } from './town-size.js';

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
  /** A fault of the machine instead of kills: its name, or `all`. */
  readonly fault: string | undefined;
}

const TOWNS: Readonly<Record<string, TownSize>> = { large: LARGE, small: SMALL, tiny: TINY };

export const HELP = `npm run torture -- [options]
  --rounds <n>        kills, or times each fault is made; default 30
  --seed <n>          draws the same again
  --town <size>       large, small, or tiny (with --fault only); default large
  --fault <name>      a fault of the machine instead of kills: ${faultNames.join(', ')}, or all
  --nodes <n>         one server, or 3 to ${MOST_NODES} on one MongoDB and one Redis
  --redis-gone <s>    with --nodes: Redis is gone for so long
  --json              the report as one object
  --help              this
What each does, and what must come of it: docs/torture.md`;

/** Ends the process with one line on what is wrong, or with the help that was asked for. */
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
        fault: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { seed, town, json, fault } = values;
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const known = [...faultNames, 'all'];
    if (fault !== undefined && !known.includes(fault)) {
      throw new Error(`--fault must be one of ${known.join(', ')}, not ${fault}`);
    }
    const nodes = wholeNumber('nodes', values.nodes);
    const redisGone = values['redis-gone'] === '0' ? 0 : wholeNumber('redis-gone', values['redis-gone']);
    if (nodes === 2 || nodes > MOST_NODES) throw new Error(`--nodes must be 1, or 3 to ${MOST_NODES}, not ${nodes}`);
    if (fault !== undefined && nodes > 1) throw new Error('--fault is for one server: leave --nodes out');
    if (redisGone > 0 && nodes === 1) throw new Error('--redis-gone needs --nodes: one server has no Redis');
    // Redis alone may go, and nothing else.
    const rounds = values.rounds === '0' && redisGone > 0 ? 0 : wholeNumber('rounds', values.rounds ?? '30');
    const size = TOWNS[town];
    if (!size) throw new Error(`--town must be ${Object.keys(TOWNS).join(', ')}, not ${town}`);
    if (size === TINY && fault === undefined)
      throw new Error('--town tiny is for --fault: it keeps too little on its way');
    return { rounds, seed: wholeNumber('seed', seed), size, json, nodes, redisGone, fault };
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

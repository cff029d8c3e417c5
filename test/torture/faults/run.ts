/**
 * Faults of the machine under a town's server, one after the other, as often as wanted; then the town comes to rest and
 * must be whole.
 */
import { comeToRest, type Rest } from '../rest.js';
import type { TownSize } from '../town-size.js';
import type { Fault, Struck } from './fault.js';
import { Ground, noMount } from './ground.js';
import { faults } from './index.js';
import { faultNames } from './names.js';
import { noShim } from './shim.js';

/** Of the disk that is filled. */
const DISK_MIB = 256;

export interface FaultOptions {
  /** The name of a fault, or `all`. */
  readonly fault: string;
  readonly rounds: number;
  readonly seed: number;
  readonly size: TownSize;
  readonly onStruck?: (row: Row) => void;
}

/** A fault that was struck. */
export interface Row extends Struck {
  readonly round: number;
  readonly fault: string;
  /** How long it took until everything went on, ms. */
  readonly tookMs: number;
}

export interface FaultReport {
  readonly seed: number;
  readonly folder: string;
  readonly rows: readonly Row[];
  /** Faults that cannot be made on this machine, and why. */
  readonly skipped: readonly string[];
  readonly acknowledged: number;
  /** How often commands were put off and asked again, by what was told; `no_answer` where nothing was. */
  readonly putOffs: Readonly<Record<string, number>>;
  readonly rest: Rest;
  readonly violations: readonly string[];
}

/** Rejects where there can be no shim, which holds the disk and the clock of all of them. */
export async function strikeFaults({ fault, rounds, seed, size, onStruck }: FaultOptions): Promise<FaultReport> {
  const chosen = faultNames.filter((name) => fault === 'all' || name === fault).map((name) => faults[name]);
  const possible = chosen.filter(({ cannot }) => (cannot ?? false) === false);
  const skipped = chosen.flatMap(({ name, cannot }) => (cannot ? [`${name}: ${cannot}`] : []));
  if (noShim !== false) throw new Error(`no fault can be made here: ${noShim}`);
  const ownDisk = noMount === false && possible.some(({ name }) => name === 'disk');
  const ground = await Ground.open(seed, size, { diskMiB: ownDisk ? DISK_MIB : undefined });
  const { stand } = ground;
  const { ledger } = stand;
  const { folder } = ground.shim;
  try {
    const rows: Row[] = [];
    for (let round = 1; round <= rounds; round++) {
      for (const one of possible) rows.push(await struck(ground, one, round, onStruck));
    }
    const rest = await comeToRest(stand);
    const { violations, answered } = ledger;
    const putOffs = Object.fromEntries(ledger.putOffs);
    return { seed, folder, rows, skipped, acknowledged: answered.length, putOffs, rest, violations };
  } catch (error) {
    // Whatever else happened is one more violation, so the folder stays.
    ledger.violation(error instanceof Error ? error.message : String(error));
    throw new Error(`seed ${seed}, data in ${folder}: ${ledger.violations.slice(0, 5).join('; ')}`, { cause: error });
  } finally {
    await ground.close();
  }
}

async function struck(ground: Ground, fault: Fault, round: number, onStruck?: (row: Row) => void): Promise<Row> {
  const began = Date.now();
  const result = await fault.strike(ground);
  const row: Row = { round, fault: fault.name, ...result, tookMs: Date.now() - began };
  onStruck?.(row);
  return row;
}

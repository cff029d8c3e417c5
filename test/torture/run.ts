/**
 * The kill test: a town under load, its server killed at random moments and started again on the same folder, while
 * clients ask again under the same ids and the payment provider goes on. After each kill the store is looked into; at
 * the end all of it.
 */
import { comeToRest, type Rest } from './rest.js';
import type { Downtime } from './money.js';
import { OneServer, type Ended } from './one-server.js';
import { LEAST_IN_FLIGHT, type TownSize } from './town-size.js';

/** How long the load runs before the server may be killed, at random, ms. */
const LOAD_MS = [20, 1_000] as const;
/** Acknowledged commands that are asked again after each restart. */
const REPEATED = 50;
/** Rounds beyond those that were asked for, as long as kills have struck on one side only. */
const EXTRA_ROUNDS = 5;

export interface TortureOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly size: TownSize;
  readonly onRound?: (round: Round) => void;
}

/** One kill. */
export interface Round extends Ended {
  readonly round: number;
  /** How long the load had run, ms. */
  readonly loadMs: number;
  /** How long the next server took until it served, ms. */
  readonly startMs: number;
  /** Call-backs of the provider that met no server, or one that was killed. */
  readonly unheard: number;
}

export interface TortureReport {
  readonly seed: number;
  /** The data folder, which stays for a look when there are violations. */
  readonly folder: string;
  readonly rounds: readonly Round[];
  /** Commands that were asked again after a kill: had been stored, and had not. */
  readonly stored: number;
  readonly lost: number;
  readonly acknowledged: number;
  readonly rest: Rest;
  /** What the kills did not hit, so that this run proves too little. */
  readonly missing: readonly string[];
  readonly violations: readonly string[];
}

export async function torture({ rounds: wanted, seed, size, onRound }: TortureOptions): Promise<TortureReport> {
  const stand = await OneServer.open(seed, size);
  try {
    const rounds: Round[] = [];
    const downtimes: Downtime[] = [];
    while (rounds.length < wanted || (rounds.length < wanted + EXTRA_ROUNDS && oneSided(rounds).length > 0)) {
      const done = await kill(stand, rounds.length + 1, downtimes);
      rounds.push(done);
      onRound?.(done);
    }
    const rest = await comeToRest(stand, downtimes);
    const missing = oneSided(rounds);
    if (rest.money.acrossKills === 0) missing.push('no server was killed between a payment and its settlement');
    const { folder, ledger } = stand;
    const [stored, lost] = [sum(rounds, 'stored'), sum(rounds, 'lost')];
    const { violations, answered } = ledger;
    return { seed, folder, rounds, stored, lost, acknowledged: answered.length, rest, missing, violations };
  } catch (error) {
    // Whatever else happened is one more violation, so the folder stays.
    stand.ledger.violation(error instanceof Error ? error.message : String(error));
    const { folder, ledger } = stand;
    throw new Error(`seed ${seed}, data in ${folder}: ${ledger.violations.slice(0, 5).join('; ')}`, { cause: error });
  } finally {
    await stand.close();
  }
}

async function kill(stand: OneServer, round: number, downtimes: Downtime[]): Promise<Round> {
  const { ledger, dice, provider } = stand;
  const loadMs = Math.round(dice.between(...LOAD_MS));
  await stand.busy(LEAST_IN_FLIGHT, loadMs);
  const before = await provider.callBacks();
  const from = Date.now();
  const ended = await stand.interrupt(() => stand.kill());
  const started = Date.now();
  await stand.start();
  const until = Date.now();
  downtimes.push({ from, until });
  const after = await provider.callBacks();
  await Promise.all(Array.from({ length: REPEATED }, () => ledger.repeat(dice.pick(ledger.answered))));
  const unheard = after.tried - after.heard - (before.tried - before.heard);
  return { round, loadMs, ...ended, startMs: until - started, unheard };
}

/** What of the commands on their way no kill has hit yet. */
function oneSided(rounds: readonly Round[]): string[] {
  return [
    ...(sum(rounds, 'stored') > 0 ? [] : ['no command that was asked again had been stored']),
    ...(sum(rounds, 'lost') > 0 ? [] : ['every command that was asked again had been stored']),
  ];
}

function sum(rounds: readonly Round[], what: 'stored' | 'lost'): number {
  return rounds.reduce((total, round) => total + round[what], 0);
}

/** What the kill test on several nodes tells people: a row for each round, and the sums. */
import { readSettings } from '../../src/config.js';
import type { NodesReport, NodesRound } from './nodes.js';

/** Violations that are printed; `--json` prints all. */
const PRINTED = 20;

const COLUMNS = [
  ['round', ({ round }) => round],
  ['in flight', ({ inFlight }) => inFlight],
  ['failover ms', ({ failoverMs }) => failoverMs],
  ['hand-over ms', ({ handOverMs }) => handOverMs],
  ['usual ms', ({ usualMs }) => usualMs],
  ['paused ms', ({ pausedMs }) => pausedMs],
] as const satisfies readonly (readonly [string, (round: NodesRound) => number])[];

export function nodesHeading({ nodes, rounds, seed }: { nodes: number; rounds: number; seed: number }): string {
  const { beatMs, deadMs } = readSettings({});
  return [
    `seed ${seed}: ${nodes} nodes, ${rounds} times one killed, one told to stop, one paused`,
    `BACKSEAT_BEAT_MS=${beatMs} BACKSEAT_DEAD_MS=${deadMs}`,
    '',
    COLUMNS.map(([name]) => name).join('  '),
  ].join('\n');
}

export function nodesLine(round: NodesRound): string {
  return COLUMNS.map(([name, of]) => String(of(round)).padStart(name.length)).join('  ');
}

export function nodesSummary({ seed, rounds, acknowledged, redisGone, rest, violations }: NodesReport): string {
  const { payments, refunds } = rest.money;
  const more = violations.length - PRINTED;
  return [
    '',
    ...(rounds.length === 0
      ? []
      : [
          figure(
            'from the kill to the first command of the new owner',
            rounds.map(({ failoverMs }) => failoverMs),
          ),
          figure(
            'nobody served an actor that was handed over',
            rounds.map(({ handOverMs }) => handOverMs),
          ),
        ]),
    ...(redisGone
      ? [
          `Redis gone for ${redisGone.seconds} s: ${redisGone.acknowledged} commands of the town acknowledged;`,
          `  own actors: ${redisGone.local.done} done, ${redisGone.local.refused} refused; others' actors: ${redisGone.across.done} done, ${redisGone.across.refused} refused, to be asked again`,
          `  all went on ${redisGone.caughtUpMs} ms after it was back`,
        ]
      : []),
    `${acknowledged} commands acknowledged: each looked for in ${rest.entries} entries, and compared`,
    `${payments} payments and ${refunds} refunds at the provider, ${rest.reconciled} found by the reconciliation`,
    `${rest.pushes} pushes heard, ${rest.open.length} promises open, ${rest.differences} differences by verify`,
    violations.length === 0 ? 'no violations' : `${violations.length} violations (seed ${seed}):`,
    ...violations.slice(0, PRINTED).map((violation) => `  ${violation}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

/** Median and worst, ms. */
function figure(what: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return `${what}: median ${median} ms, worst ${sorted.at(-1) ?? 0} ms of ${sorted.length}`;
}

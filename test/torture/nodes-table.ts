/** What the kill test on several nodes tells people: a row for each round, and the sums. */
import { readSettings } from '../../src/config.js';
import type { NodesReport, NodesRound } from './nodes.js';
import type { Rest } from './rest.js';
import { violationLines } from './violations.js';

const COLUMNS = [
  ['round', ({ round }) => round],
  ['in flight', ({ inFlight }) => inFlight],
  ['failover ms', ({ failoverMs }) => failoverMs],
  ['hand-over ms', ({ handOverMs }) => handOverMs],
  ['usual ms', ({ usualMs }) => usualMs],
  ['return ms', ({ returnMs }) => returnMs],
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

export function nodesSummary({ seed, rounds, acknowledged, redisGone, rests, violations }: NodesReport): string {
  const sum = (of: (rest: Rest) => number): number => rests.reduce((all, rest) => all + of(rest), 0);
  const towns = rests.length === 1 ? 'one town' : `${rests.length} towns, one after the other`;
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
    `${acknowledged} commands acknowledged in ${towns}: each looked for in ${sum(({ entries }) => entries)} entries, and compared`,
    `${sum(({ money }) => money.payments)} payments and ${sum(({ money }) => money.refunds)} refunds at the provider, ${sum(({ reconciled }) => reconciled)} found by the reconciliation`,
    `${sum(({ pushes }) => pushes)} pushes heard, ${sum(({ open }) => open.length)} promises open, ${sum(({ differences }) => differences)} differences by verify`,
    ...violationLines(violations, `seed ${seed}`),
  ].join('\n');
}

/** Median and worst, ms. */
function figure(what: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return `${what}: median ${median} ms, worst ${sorted.at(-1) ?? 0} ms of ${sorted.length}`;
}

/**
 * Redis gone under load: each node goes on with its own actors, refuses those of others with an error that says "ask
 * again", and all that was refused is done, once, when Redis is back.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { nanoid } from 'nanoid';

import { Probe } from './probe.js';
import type { SeveralServers } from './several-servers.js';

/** Between two commands of a probe, ms. */
const PAUSE_MS = 200;

/** What was said while Redis was gone. */
export interface RedisGone {
  readonly seconds: number;
  /** Commands of the town that were acknowledged meanwhile. */
  readonly acknowledged: number;
  /** Commands for actors of the node that was asked: done, and refused. */
  readonly local: Counts;
  /** Commands for actors of another node. */
  readonly across: Counts;
  /** From Redis being back until every refused command was done, under its id, ms. */
  readonly caughtUpMs: number;
}

interface Counts {
  readonly done: number;
  /** Refused with a code that says: nothing was decided, ask again. */
  readonly refused: number;
}

/** Codes by which a command may be refused meanwhile. */
const RETRYABLE = new Set(['unavailable', 'overloaded']);

export async function redisGone(stand: SeveralServers, seconds: number): Promise<RedisGone> {
  const { nodes, cluster, ledger, town } = stand;
  const operator = await stand.operator();
  const open = (distance: number) =>
    Promise.all(nodes.map((owner, i) => Probe.open(cluster, operator, owner, nodes[(i + distance) % nodes.length]!)));
  const local = await open(0);
  const across = await open(1);
  await stand.everybodyBack();
  town.open();
  const before = ledger.answered.length;
  await cluster.redis.kill();
  const until = Date.now() + seconds * 1000;
  const counted = async (probes: readonly Probe[]): Promise<Counts> => {
    const all = await Promise.all(probes.map((probe) => tellUntil(stand, probe, until)));
    return { done: sum(all.map(({ done }) => done)), refused: sum(all.map(({ refused }) => refused)) };
  };
  const [here, there] = await Promise.all([counted(local), counted(across)]);
  const acknowledged = ledger.answered.length - before;
  await cluster.redis.begin();
  const back = Date.now();
  await stand.contacted();
  // Under other ids: had a refused command been done after all, the answer would say so.
  await Promise.all([...local, ...across].map((probe) => probe.ask()));
  const caughtUpMs = Date.now() - back;
  await stand.seen(nodes.length);
  town.shut();
  await stand.everybodyBack();
  for (const probe of [...local, ...across]) probe.close();
  operator.close();
  return { seconds, acknowledged, local: here, across: there, caughtUpMs };
}

async function tellUntil({ ledger }: SeveralServers, probe: Probe, until: number): Promise<Counts> {
  let done = 0;
  let refused = 0;
  let id = nanoid();
  while (Date.now() < until) {
    const said = await probe.tell(id).catch((error: unknown) => {
      ledger.violation(`${probe.actor} was not answered while Redis was gone: ${String(error)}`);
      return undefined;
    });
    if (said?.ok === true) {
      done += 1;
      id = nanoid();
    } else if (said) {
      refused += 1;
      const { code } = said.error;
      if (!RETRYABLE.has(code)) ledger.violation(`${probe.actor} was refused with ${code} while Redis was gone`);
    }
    await pause(PAUSE_MS);
  }
  return { done, refused };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

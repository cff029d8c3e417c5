/**
 * The kill test on several nodes: a town under load, and in each round one node killed, the next one told to stop, the
 * one after that stopped where it stands for longer than its lease. Then, where it is wished, Redis gone for a while.
 */
import { redisGone, type RedisGone } from './redis-gone.js';
import { Probe } from './probe.js';
import { comeToRest, type Rest } from './rest.js';
import { SeveralServers } from './several-servers.js';

/** Commands of the town that must be on their way. */
const LEAST_IN_FLIGHT = 1;
/** How long the load runs before a node falls, at random, ms. */
const LOAD_MS = [20, 500] as const;
/** Acknowledged commands that are asked again after each round. */
const REPEATED = 10;
/**
 * Then the next town begins on an empty FerretDB: the fuller it is, the slower it answers what no index helps with.
 */
const ROUNDS_ON_FERRETDB = 2;

export interface NodesOptions {
  readonly nodes: number;
  readonly rounds: number;
  readonly seed: number;
  /** Redis is gone for so long at the end, s; 0 for not at all. */
  readonly redisGone: number;
  readonly onRound?: (round: NodesRound) => void;
}

/** One node killed, one stopped in order, one paused. */
export interface NodesRound {
  readonly round: number;
  /** Commands on their way at the kill. */
  readonly inFlight: number;
  /** From the kill to the first command that the new owner served, ms. */
  readonly failoverMs: number;
  /** The longest that nobody served an actor of the node that was told to stop, and the usual time of a command, ms. */
  readonly handOverMs: number;
  readonly usualMs: number;
  /** The same while it was started again and took its place. */
  readonly returnMs: number;
  /** From the pause to the first command that the new owner served, ms. */
  readonly pausedMs: number;
}

export interface NodesReport {
  readonly nodes: number;
  readonly seed: number;
  readonly rounds: readonly NodesRound[];
  readonly acknowledged: number;
  readonly redisGone?: RedisGone;
  /** Of each town. */
  readonly rests: readonly Rest[];
  readonly violations: readonly string[];
}

export async function tortureNodes(options: NodesOptions): Promise<NodesReport> {
  const { nodes, seed } = options;
  const rounds: NodesRound[] = [];
  const towns: Town[] = [];
  do towns.push(await live(options, seed + towns.length, rounds));
  while (rounds.length < options.rounds);
  return {
    ...{ nodes, seed, rounds },
    acknowledged: towns.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    ...towns.at(-1)?.gone,
    rests: towns.map(({ rest }) => rest),
    violations: towns.flatMap(({ violations }) => violations),
  };
}

/** What became of one town. */
interface Town extends Pick<NodesReport, 'acknowledged' | 'violations'> {
  readonly rest: Rest;
  readonly gone: Pick<NodesReport, 'redisGone'>;
}

/** A town and its nodes, for as many rounds as are wished or as its server bears; they are put behind `rounds`. */
async function live(options: NodesOptions, seed: number, rounds: NodesRound[]): Promise<Town> {
  const stand = await SeveralServers.open(seed, options.nodes);
  const { ledger, cluster } = stand;
  try {
    const most = cluster.mongo.what === 'FerretDB' ? ROUNDS_ON_FERRETDB : Infinity;
    for (let here = 0; here < most && rounds.length < options.rounds; here++) {
      const done = await fell(stand, rounds.length + 1);
      rounds.push(done);
      options.onRound?.(done);
    }
    const last = rounds.length >= options.rounds;
    const gone = last && options.redisGone > 0 ? { redisGone: await redisGone(stand, options.redisGone) } : {};
    const rest = await comeToRest(stand);
    const { violations, answered } = ledger;
    return { acknowledged: answered.length, gone, rest, violations };
  } catch (error) {
    ledger.violation(error instanceof Error ? error.message : String(error));
    throw new Error(`seed ${seed}: ${ledger.violations.slice(0, 5).join('; ')}`, { cause: error });
  } finally {
    await stand.close();
  }
}

async function fell(stand: SeveralServers, round: number): Promise<NodesRound> {
  const { nodes, cluster, ledger, dice, town } = stand;
  const at = (n: number) => nodes[(round + n) % nodes.length]!;
  const operator = await stand.operator();
  /** A probe whose actor lives on a node, at the door of the one before it. */
  const probeOf = (n: number) => Probe.open(cluster, operator, at(n), at(n + nodes.length - 1));

  const killed = await probeOf(0);
  await stand.busy(LEAST_IN_FLIGHT, Math.round(dice.between(...LOAD_MS)));
  const { inFlight } = ledger;
  const dying = stand.end(at(0), 'SIGKILL');
  const failoverMs = await killed.ask();
  await dying;
  // Where all share a few cores, a town at work keeps a node from starting.
  town.shut();
  await at(0).start();
  await stand.seen(nodes.length);

  const left = await probeOf(1);
  town.open();
  const { gaveUp } = ledger;
  const { longest: handOverMs, usual: usualMs } = await left.during(() => stand.end(at(1), 'SIGTERM'));
  const { longest: returnMs } = await left.during(async () => {
    await at(1).start();
    await stand.seen(nodes.length);
  });
  if (ledger.gaveUp > gaveUp) {
    const count = ledger.gaveUp - gaveUp;
    ledger.violation(`${at(1).url} was restarted, and ${count} commands were refused for good by the client library`);
  }

  const paused = await probeOf(2);
  at(2).process?.signal('SIGSTOP');
  const pausedMs = await paused.ask();
  at(2).process?.signal('SIGCONT');
  await stand.seen(nodes.length);
  await paused.ask();

  town.shut();
  await stand.everybodyBack();
  await Promise.all(Array.from({ length: REPEATED }, () => ledger.repeat(dice.pick(ledger.answered))));
  for (const probe of [killed, left, paused]) probe.close();
  operator.close();
  return { round, inFlight, failoverMs, handOverMs, usualMs, returnMs, pausedMs };
}

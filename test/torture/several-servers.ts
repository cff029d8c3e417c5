/**
 * A town with several servers on one MongoDB and one Redis, behind a balancer. A server that fell is started again in
 * its place, on its own port.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connect, type Client } from '../../src/client/index.js';
import { readSettings, type Settings } from '../../src/config.js';
import { Dice } from '../../src/jobs/demo/city/dice.js';
import { placeOf } from '../../src/node/store.js';
import { startBalancer, type Balancer } from '../cluster/balancer.js';
import { startLocalCluster, type LocalCluster, type LocalNode } from '../cluster/local.js';
import { until } from '../support/until.js';
import { Provider } from './provider.js';
import { OPERATOR, townSettings, type Environment } from './settings.js';
import { Stand } from './stand.js';
import type { TownSize } from './town-size.js';

/** Lines of a log that no cut and no pause explains: the process fails, a decision throws, a promise is given up. */
const ERROR = /^\{"level":60|"what":"(decision_failed|chain_too_long|parked|dead_letter)"/;

/**
 * Small, and in no hurry: FerretDB looks through whole views, and is the slower the fuller it is.
 */
export const UNHURRIED: TownSize = { devices: 2, passengers: 2, stations: 1, hands: 1, pauseMs: 800 };

export class SeveralServers extends Stand {
  private constructor(
    dice: Dice,
    environment: Environment,
    provider: Provider,
    readonly cluster: LocalCluster,
    private readonly balancer: Balancer,
    private readonly folder: string,
  ) {
    super(dice, placeOf(readSettings(cluster.nodes[0]?.settings ?? {})), environment, provider);
  }

  /** Starts everything and lets the town begin its day. */
  static async open(seed: number, nodes: number): Promise<SeveralServers> {
    const folder = await mkdtemp(join(tmpdir(), 'backseat-torture-'));
    const environment = await townSettings(folder);
    const provider = await Provider.start(environment);
    const cluster = await startLocalCluster({ nodes, settings: environment, sandbox: false });
    const balancer = await startBalancer(cluster.nodes.map(({ url }) => url));
    const stand = new SeveralServers(new Dice(seed), environment, provider, cluster, balancer, folder);
    try {
      await stand.seen(nodes);
      await stand.settle(UNHURRIED);
      return stand;
    } catch (error) {
      await stand.close();
      throw error;
    }
  }

  get nodes(): readonly LocalNode[] {
    return this.cluster.nodes;
  }

  get url(): string {
    return this.balancer.url;
  }

  get urls(): readonly string[] {
    return this.nodes.map(({ url }) => url);
  }

  get settings(): Settings {
    return readSettings(this.nodes[0]?.settings ?? {});
  }

  /** Somebody who may register devices. */
  async operator(): Promise<Client> {
    const guest = connect(this.url);
    const { access } = await guest.ask('auth.logIn', OPERATOR);
    guest.close();
    return connect(this.url, { auth: { token: access }, withinMs: 60_000 });
  }

  /** Resolves when so many nodes live, as `those` nodes see it; all when they are left out. */
  async seen(count: number, those: readonly LocalNode[] = this.nodes): Promise<void> {
    await until(`${count} nodes live`, async () =>
      (await Promise.all(those.map(({ url }) => gauge(url, 'nodes')))).every((n) => n === count),
    );
  }

  /** Resolves when all nodes reach Redis. */
  async contacted(): Promise<void> {
    await until('all nodes reach Redis', async () =>
      (await Promise.all(this.urls.map((url) => gauge(url, 'redis')))).every((there) => there === 1),
    );
  }

  async start(): Promise<void> {
    for (const node of this.nodes) await node.start();
    await this.seen(this.nodes.length);
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) await this.end(node, 'SIGTERM');
  }

  /** Ends one node; one that does not stop in order is a violation. */
  async end(node: LocalNode, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const exit = await node.end(signal);
    if (signal === 'SIGTERM' && exit?.code !== 0) {
      this.ledger.violation(`SIGTERM ended ${node.url} with ${exit?.code ?? exit?.signal ?? ''}`);
    }
    for (const line of node.process?.logged.splice(0) ?? []) {
      if (ERROR.test(line)) this.ledger.violation(`${node.url}: ${line}`);
    }
  }

  /** Ends everything; nothing of it stays. */
  async close(): Promise<void> {
    this.leave();
    this.balancer.close();
    await this.cluster.close();
    await this.provider.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A number of a node's cluster; -1 where it does not answer. */
async function gauge(url: string, name: 'nodes' | 'redis'): Promise<number> {
  try {
    const page = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^backseat_cluster_${name} (\\d+)$`, 'm').exec(page)?.[1] ?? -1);
  } catch {
    return -1;
  }
}

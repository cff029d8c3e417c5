/**
 * One of several nodes: all that `backseat serve` wires, on a store that can be told to keep nothing (kit/pair.ts); and
 * a load that asks its engine as its gateway does.
 */
import { readSettings } from '#built/config.js';
import { createLog } from '#built/gateway/log.js';
import { collections } from '#built/node/collections.js';
import { startServer, type Server } from '#built/server.js';
import { openEmbedded } from '#built/store/embedded/index.js';
import { serveTasks } from '../kit/child.js';
import { ROOMY } from '../kit/roomy.js';
import type { Rate } from '../load/chains.js';
import { placeAndCancel, type OrderLoad } from '../load/orders.js';
import { forgetful } from '../reference/forgetful.js';

export interface NodePlan {
  /** The town that it finds. */
  readonly folder: string;
  readonly redisUrl: string;
  /** The same for all nodes. */
  readonly tokenSecret: string;
}

/** Devices of the town count as connected from its making on; nobody takes them off within a measurement. */
const LONG_MS = 3_600_000;

let server: Server | undefined;
let forgets = false;

const tasks = {
  /** Serves; gives the address. */
  serve: async ({ folder, redisUrl, tokenSecret }: NodePlan): Promise<string> => {
    const failed = (error: Error): never => {
      throw error;
    };
    const settings = {
      ...readSettings(ROOMY),
      ...{ host: '127.0.0.1', port: 0, dataFolder: folder, redisUrl, tokenSecret, presenceGraceMs: LONG_MS },
    };
    const store = forgetful(await openEmbedded(folder, { collections }), () => forgets);
    server = await startServer(settings, { store, failed, log: createLog('error') });
    return server.url;
  },
  /** From now on nothing is kept. */
  forget: (): void => {
    forgets = true;
  },
  /** Commands a second of this engine, at actors wherever they are served. */
  commands: (load: OrderLoad): Promise<Rate> => {
    if (!server) throw new Error('serve first');
    return placeAndCancel(server.system, load);
  },
  /** Processor time of the process so far, all threads, µs. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

export type NodeTasks = typeof tasks;

serveTasks(tasks);

/**
 * One node, put together from its settings: store, engine, payments, places, gateway. `main.ts` and tests start it
 * here; nothing else wires.
 *
 * Boundary: what a part does is its own affair. Here stands only who gets whom, and in which order they begin and end:
 * the gateway is the last to begin and the first to end, the store the other way round.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { actors } from './actors/index.js';
import type { Volatile } from './actors/runtime/committed.js';
import { systemChance, systemClock } from './actors/runtime/clock.js';
import type { Problem } from './actors/runtime/problems.js';
import { createSystem, type System } from './actors/runtime/system.js';
import type { Settings } from './config.js';
import { startGateway, type Gateway } from './gateway/index.js';
import { createLog, type Log } from './gateway/log.js';
import { createMetrics } from './gateway/metrics.js';
import { paymentRoutes } from './gateway/payments/routes.js';
import { beginReconciliation, reconciliationEffect } from './jobs/daily.js';
import { rebuildRankings } from './jobs/rankings.js';
import { rebuildView } from './jobs/views.js';
import { audit } from './node/audit.js';
import { openBackups } from './node/backups.js';
import { collections } from './node/collections.js';
import { watchGauges } from './node/gauges.js';
import { statesThatFit } from './node/memory.js';
import { openPayments, waitForPage } from './node/payments.js';
import { placesBeside } from './node/places.js';
import { openStore } from './node/store.js';
import { StoreWatch } from './node/store-watch.js';
import { termsOf } from './node/terms.js';
import { findOthers, type Together } from './node/together.js';
import { complaints } from './node/complaints.js';
import { readMended } from './node/mend-views.js';
import { machine, Vitals } from './node/vitals.js';
import type { Json, Store, StoreFailed } from './store/ports.js';
import { readVersion } from './version.js';

/** How often MongoDB is asked whether it answers, ms. */
const STORE_ASKED_MS = 500;

/** What a start may be given beside the settings. */
export interface ServerOptions {
  /** The store failed for good: nothing more is acknowledged, the process must end (ENGINE 2). */
  readonly failed: (error: StoreFailed) => void;
  readonly log?: Log;
  /** A store that is open already, and stays so: nodes in one process share it. */
  readonly store?: Store;
}

/** A node that serves. */
export interface Server {
  /** Where this machine reaches it. */
  readonly url: string;
  /** Where the sandbox payment provider listens. */
  readonly sandboxUrl: string;
  readonly system: System;
  readonly store: Store;
  /** Takes no more commands, finishes turns, flushes, snapshots, closes the store. */
  close(): Promise<void>;
}

/** Things that were begun, to be ended in the other order. */
class Ends {
  private readonly ends: (() => Promise<void>)[] = [];

  add(end: () => Promise<void>): void {
    this.ends.unshift(end);
  }

  /** Ends everything; an end that fails does not keep the others from ending. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.ends.splice(0)) await end().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** Starts a node. Whatever cannot start, ends what had been started before it. */
export async function startServer(settings: Settings, options: ServerOptions): Promise<Server> {
  const ends = new Ends();
  try {
    return await build(settings, options, ends);
  } catch (error) {
    await ends.run().catch(() => undefined);
    throw error;
  }
}

async function build(settings: Settings, options: ServerOptions, ends: Ends): Promise<Server> {
  const log = options.log ?? createLog(settings.logLevel);
  const say = (line: string): void => {
    log.warn(line);
  };
  const metrics = createMetrics();
  const opened = options.store ?? (await openStore(settings, { collections, say }));
  if (!options.store) ends.add(() => opened.close());
  for (const warning of opened.warnings) log.warn(warning);
  const together = await findOthers(settings, opened.id, log);
  ends.add(() => together.close());
  // What is told and called back before there is a gateway reaches nobody, and nobody waits for it.
  const door: { gateway?: Gateway } = {};
  const send = (event: Volatile<Json>): void => door.gateway?.tell('cars', event);
  const { store, geo, addresses } = placesBeside(opened, settings, log, together.others, send);
  ends.add(() => geo.positions.close());
  const definitions = actors(termsOf(settings));
  const load = () => Promise.all([geo.stations.load(), geo.pickups.load(), geo.positions.load()]);
  await readMended(load, { store: opened, definitions, collections }, log);

  const payments = await openPayments(settings, store, () => localUrl(settings.host, door.gateway?.address.port ?? 0));
  ends.add(() => payments.close());
  let failure: StoreFailed | undefined;
  let leaving = false;
  const daily = {
    ...{ providers: payments.providers, views: store.views, zone: settings.zone, log },
    engine: { ask: (...[ask]: Parameters<System['ask']>) => system.ask(ask) },
  };
  const system: System = createSystem({
    ...together.options,
    store,
    definitions,
    effects: { provider: payments.effect, reconciliation: reconciliationEffect(daily) },
    meters: metrics.engine,
    limits: {
      mailbox: settings.mailbox,
      asks: settings.asks,
      active: settings.active,
      activeSize: statesThatFit(settings.activeSize),
      idleMs: settings.idleMs,
    },
    report: (problem) => {
      report(log, problem);
    },
    failed: (error) => {
      failure = error;
      options.failed(error);
    },
  });
  ends.add(() => system.stop());
  const engine = await together.meet(system);
  // The embedded store is this process's own: it answers, or fails for good.
  const watch = settings.mongoUrl === '' ? undefined : watchStore(opened, settings, together);
  ends.add(() => {
    watch?.close();
    return Promise.resolve();
  });
  addresses?.begin(system, geo.stations.all());
  ends.add(() => addresses?.close() ?? Promise.resolve());
  watchGauges(metrics, system, together, store);
  const standing = (): ReadonlyMap<string, string> => {
    const lines = new Map<string, string>();
    const full = door.gateway?.full();
    if (full !== undefined) lines.set('full', complaints.full(String(full)));
    const parked = system.parked();
    if (parked > 0) lines.set('parked', complaints.parked(String(parked)));
    for (const name of opened.views.damaged ?? []) lines.set(`view ${name}`, complaints.damagedView(name));
    return lines;
  };
  const vitals = new Vitals({ ...machine, behind: () => system.behind(), standing, log });
  ends.add(() => {
    vitals.close();
    return Promise.resolve();
  });

  const { providers } = payments;
  const routes = { engine: system, clock: systemClock, providers, wait: waitForPage(settings), count: () => undefined };
  await beginReconciliation(daily, settings.sandboxUrl === '', systemClock.now());
  const backups = openBackups({ store, clock: systemClock, newId: () => systemChance.id() });
  ends.add(() => {
    backups.close();
    return Promise.resolve();
  });
  const gateway = await startGateway({
    store: opened.id,
    engine,
    others: together.others,
    left: (stream) => {
      together.left(stream);
    },
    views: store.views,
    settings,
    geo,
    metrics,
    log,
    clock: systemClock,
    chance: systemChance,
    rebuildView: (name) => rebuildView(name, { store, definitions, collections }),
    audit: () => audit(store, system),
    backups,
    rebuildRankings: (run) => rebuildRankings({ engine: system, views: store.views, run }),
    plugins: [paymentRoutes(routes)],
    ...facesFolder(),
    version: await readVersion(),
    complaints: () => vitals.complaints,
    notReady: () =>
      failure?.message ??
      (leaving ? 'the node hands its actors over' : watch?.away ? 'the store does not answer' : undefined),
  });
  door.gateway = gateway;
  together.onLagged((stream, head) => {
    gateway.tellHead(stream, head);
  });
  ends.add(() => gateway.close());
  ends.add(() => {
    leaving = true;
    return together.leave();
  });
  // Last: what is not warm yet would keep others' actors waiting.
  await together.join();
  return {
    url: localUrl(settings.host, gateway.address.port),
    sandboxUrl: payments.url,
    system,
    store,
    close: () => ends.run(),
  };
}

/** Tells the others when the store does not answer this node. */
function watchStore(store: Store, { storeAwayMs: awayMs }: Settings, together: Together): StoreWatch {
  return new StoreWatch({
    ...{ store, clock: systemClock, awayMs, everyMs: Math.min(STORE_ASKED_MS, awayMs / 2) },
    changed: (away) => {
      together.setBlind(away);
    },
  });
}

function report(log: Log, { text, error, ...about }: Problem): void {
  log.error({ ...about, ...(error === undefined ? {} : { err: error }) }, text);
}

/** A node that listens on every address is reached by the loopback one. */
function localUrl(host: string, port: number): string {
  const open = ['0.0.0.0', '::', ''].includes(host);
  const name = open ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The built faces: beside this file when it is built, in dist/ when it runs from its source. */
function facesFolder(): { readonly faces?: string } {
  const here = import.meta.dirname;
  const faces = [join(here, 'web'), join(here, '../dist/web')].find((folder) => existsSync(join(folder, 'index.html')));
  return faces === undefined ? {} : { faces };
}

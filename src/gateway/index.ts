/**
 * The gateway of one node: everything that meets the outside, put together. It owns sockets, tokens
 * and limits; what it answers and pushes comes from the engine (R2).
 *
 *   socket or HTTP → identify → dispatch (role, input, limits) → engine → acknowledgement
 *   engine → hub → rooms of those who follow
 */
import type { Volatile } from '../actors/runtime/committed.js';
import type { Chance, Clock } from '../actors/runtime/clock.js';
import type { Engine } from '../actors/runtime/engine.js';
import type { Settings } from '../config.js';
import type { Json, Views } from '../store/ports.js';
import { addressOf, mayConnect } from './address.js';
import { identify } from './auth/identify.js';
import { Passwords } from './auth/passwords.js';
import { endBy, ENDS } from './auth/ends.js';
import { recheck } from './auth/recheck.js';
import { secretOf } from './auth/tokens.js';
import { Connections } from './connections.js';
import { contract as ownContract, type Contract } from './contract/index.js';
import { streamTable } from './contract/streams/declare.js';
import { streams, volatileEvents } from './contract/streams/index.js';
import { Dispatcher } from './dispatch.js';
import { addDocs } from './docs/pages.js';
import { bid, sendAway } from './farewell.js';
import type { Positions } from './geo/positions.js';
import type { NearestStations } from './geo/stations.js';
import { addApi } from './http/api.js';
import { addHealth } from './http/health.js';
import { createHttp, type HttpPlugin } from './http/server.js';
import { Admission } from './limits/admission.js';
import { Buckets } from './limits/buckets.js';
import { connectionsThatFit } from './limits/descriptors.js';
import type { Log } from './log.js';
import { OWNER_PUSHES } from './lookups.js';
import { makeTools } from './make-tools.js';
import type { Metrics } from './metrics.js';
import { noOthers, type Others } from './others.js';
import { Presence } from './presence.js';
import { followRequests } from './push/follow.js';
import { Hub } from './push/hub.js';
import { openFirstAccount } from './setup.js';
import { watchSlowReaders } from './slow-readers.js';
import { openSockets } from './sockets.js';
import type { Tools } from './tools.js';
import { listen } from './transport/index.js';

export interface GatewayOptions {
  /** Id of the store: seqs of another one mean nothing here. */
  readonly store: string;
  readonly engine: Engine;
  readonly views: Views;
  readonly settings: Settings;
  readonly geo: {
    readonly positions: Pick<Positions, 'ping' | 'setOnline' | 'cars' | 'last'>;
    readonly stations: Pick<NearestStations, 'near' | 'all'>;
  };
  readonly rebuildView: Tools['rebuildView'];
  readonly audit?: NonNullable<Tools['audit']>;
  readonly backups?: NonNullable<Tools['backups']>;
  readonly rebuildRankings?: NonNullable<Tools['rebuildRankings']>;
  /** Routes of other parts of the node: call-backs of payment providers. */
  readonly plugins?: readonly HttpPlugin[];
  /** The folder of the built faces. */
  readonly faces?: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly version: string;
  /** The other nodes, where there are any. */
  readonly others?: Others;
  /** Told when nobody follows a stream here any more. */
  readonly left?: (stream: string) => void;
  /** Undefined when the node takes work, else why not; for `/ready`. */
  readonly notReady?: () => string | undefined;
  /** What is wrong with the machine under the node, one line each; for `/health`. */
  readonly complaints?: () => readonly string[];
  /** The contract, where it is not the product's own; for tests. */
  readonly contract?: Contract;
}

export interface Gateway {
  readonly address: { readonly host: string; readonly port: number };
  readonly transport: 'uws' | 'node';
  /** Connections are turned away now, because as many are held as may be; how many that is. */
  full(): number | undefined;
  /** Tells a volatile event to the sockets of the roles that it is declared for. */
  tell(name: keyof typeof volatileEvents, event: Volatile<Json>): void;
  /** A stream moved on further than can be told again. */
  tellHead(stream: string, seq: number): void;
  /** Takes no more requests, tells clients, closes all sockets. The engine is stopped after it. */
  close(): Promise<void>;
}

/** Sockets whose log-in is under way at a time: enough to keep the node busy, and too few to hold anybody up. */
const ENTER_AT_ONCE = 32;

/** Names of pushes that the gateway of every node must hear: sockets to end, owners to forget. */
export const pushesForAll: ReadonlySet<string> = new Set([...ENDS, ...OWNER_PUSHES]);

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { engine, settings, clock, log, metrics, contract = ownContract } = options;
  const now = () => clock.now();
  const tools = await toolsOf(options);
  const others = options.others ?? noOthers(options.chance.id());
  const maxConnections = connectionsThatFit();
  const maxSockets = Math.min(settings.maxSockets, maxConnections);
  if (maxSockets < settings.maxSockets) {
    log.info(
      { maxSockets },
      'fewer sockets are held than BACKSEAT_MAX_SOCKETS says: the process may not open more files',
    );
  }
  const connections = new Connections({ ...settings, maxSockets });
  const meters = metrics.gateway(new Set([...Object.keys(contract), 'connect', 'stream.follow', 'stream.leave']));
  const dispatcher = new Dispatcher(contract, tools);
  const buckets = new Buckets({ perSecond: settings.accountRate, burst: settings.accountBurst }, now);
  const ofSocket = { perSecond: settings.socketRate, burst: settings.socketBurst };
  const addresses = new Buckets({ perSecond: settings.addressRate, burst: settings.addressBurst }, now);
  let stopping = false;

  const http = await createHttp({
    ...{ origins: settings.origins, plugins: options.plugins ?? [], newId: () => options.chance.id(), log },
    ...(options.faces === undefined ? {} : { faces: options.faces }),
  });
  const who = (auth: unknown, address: string) => identify(auth, address, tools);
  addApi(http, { dispatcher, identify: who, buckets, addresses, proxies: settings.proxies, meters, log });
  const complaints = () => options.complaints?.() ?? [];
  addHealth(http, {
    metrics,
    complaints,
    notReady: () => (stopping ? 'the node is being stopped' : options.notReady?.()),
  });
  await addDocs(http, { contract, streams, volatileEvents }, options.version);
  await openFirstAccount(tools);

  const transport = await listen(settings.transport, {
    ...{ host: settings.host, port: settings.port, http, log, maxConnections },
    maxBufferedBytes: settings.maxBufferedBytes,
    ...{ pingIntervalMs: settings.pingIntervalMs, pingTimeoutMs: settings.pingTimeoutMs },
    admits: (origin, host) => !stopping && mayConnect(origin, host, settings.origins),
  });
  const table = streamTable(streams);
  const hub = new Hub({
    ...{ store: options.store, engine, io: transport.io, streams: table, clock, headEveryMs: settings.headEveryMs },
    ...(options.left === undefined ? {} : { left: options.left }),
  });
  const { views, geo } = options;
  const presence = new Presence({
    ...{ engine, connections, positions: geo.positions, views, clock, others, graceMs: settings.presenceGraceMs, log },
  });
  const stopWatching = watchSlowReaders(connections, transport, settings.maxBufferedBytes, clock);
  const stopListening = engine.onPush(({ value: push }) => {
    tools.whereabouts.onPush(push);
    endBy(push, connections, tools.sessions, clock);
  });
  others.onBack(() => {
    recheck(connections, tools.sessions, engine).catch((error: unknown) => {
      log.error({ err: error }, 'sockets could not be checked anew');
    });
  });
  openSockets({
    ...{ transport, connections, dispatcher, buckets, clock, meters, log, identify: who },
    admission: new Admission(ENTER_AT_ONCE, maxSockets),
    addressOf: ({ handshake }) => addressOf(handshake.address, handshake.headers['x-forwarded-for'], settings.proxies),
    streams: followRequests({ hub, streams: table, tools, most: settings.streamsPerSocket }),
    came: (connection) => {
      for (const [name, { roles }] of Object.entries(volatileEvents)) {
        if (roles.some((role) => role === connection.caller.role)) void connection.socket.join(roomOf(name));
      }
      return presence.came(connection);
    },
    gone: (connection, reason) => {
      presence.gone(connection, reason);
    },
    ...{ rate: ofSocket, patience: new Buckets(ofSocket, now) },
    ...{ inFlight: settings.inFlight, guestMs: settings.guestMs },
  });
  metrics.watchBy('backseat_sockets', 'Sockets, by role', 'role', () => connections.countByRole());
  metrics.watch('backseat_streams_followed', 'Streams that somebody follows', () => hub.followed);
  log.info({ ...transport.address, transport: transport.name }, 'listening');

  return {
    address: transport.address,
    transport: transport.name,
    full: () => (transport.full() ? maxConnections : undefined),
    tell: (name, event) => {
      hub.tell(roomOf(name), name, event);
    },
    tellHead: (stream, seq) => {
      hub.tellHead(stream, seq);
    },
    async close() {
      stopping = true;
      presence.close();
      // Where other nodes take the sockets, those whose turn has not come are served meanwhile.
      if (others.nodes().some((one) => one !== others.self)) await sendAway(connections, options);
      stopWatching();
      stopListening();
      hub.close();
      for (const connection of [...connections]) bid(connection);
      await transport.close();
    },
  };
}

/** The room of those who hear a volatile event; no stream's name looks like it. */
function roomOf(name: string): string {
  return `volatile ${name}`;
}

async function toolsOf(options: GatewayOptions): Promise<Tools> {
  const { engine, views, settings, geo, clock, chance, log, rebuildView, audit, backups, rebuildRankings } = options;
  const passwords = new Passwords({
    memoryKiB: settings.hashMemoryKiB,
    passes: settings.hashPasses,
    atOnce: settings.hashesAtOnce,
  });
  const ports = {
    engine,
    views,
    settings,
    clock,
    chance,
    log,
    passwords,
    rebuildView,
    audit,
    backups,
    rebuildRankings,
  };
  const secret = settings.tokenSecret === '' ? await secretOf(settings.dataFolder) : settings.tokenSecret;
  return makeTools({ ...ports, ...geo }, secret);
}

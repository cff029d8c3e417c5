/**
 * A whole node for tests of its doors: the real engine over the embedded store in a folder of the test,
 * the real gateway on a free loopback port. Everything that was opened is closed with the test.
 */
import { randomBytes } from 'node:crypto';

import { io, type Socket } from 'socket.io-client';

import { actorCollections, actors } from '../../src/actors/index.js';
import { systemChance, systemClock, type Clock } from '../../src/actors/runtime/clock.js';
import type { AnyDefinition } from '../../src/actors/runtime/definition.js';
import { createSystem, engineCollections, type System } from '../../src/actors/runtime/system.js';
import { stationsCollection } from '../../src/actors/station/views.js';
import { defaultTerms, type Terms } from '../../src/actors/terms.js';
import { readSettings, type Settings } from '../../src/config.js';
import { Positions, positionsCollection } from '../../src/gateway/geo/positions.js';
import { NearestStations } from '../../src/gateway/geo/stations.js';
import { watchViews } from '../../src/gateway/geo/watch.js';
import type { Ack } from '../../src/gateway/answer.js';
import { startGateway, type Gateway, type GatewayOptions } from '../../src/gateway/index.js';
import { createLog } from '../../src/gateway/log.js';
import { createMetrics } from '../../src/gateway/metrics.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import type { ActorId, Json, Outcome } from '../../src/store/ports.js';
import { answerBreaks, watchPushes } from './held.js';

/** The part of tap's `t` that is used here. */
interface Test {
  testdir(): string;
  fail(message: string): unknown;
  teardown(run: () => unknown): void;
}

export interface HouseOptions {
  readonly settings?: Partial<Settings>;
  readonly terms?: Partial<Terms>;
  /** More actors than the product's. */
  readonly definitions?: readonly AnyDefinition[];
  readonly gateway?: Partial<GatewayOptions>;
  readonly clock?: Clock;
  /** The data folder of an earlier house, which was closed. */
  readonly folder?: string;
}

export const ADMIN = { name: 'admin', password: 'correct horse' };

/** Cheap hashes, no waiting, a free port. */
const testSettings: Partial<Settings> = {
  // The other transport has its own specification, transport.test.ts, which runs over both.
  transport: 'node',
  host: '127.0.0.1',
  port: 0,
  adminName: ADMIN.name,
  adminPassword: ADMIN.password,
  tokenSecret: randomBytes(32).toString('base64url'),
  hashMemoryKiB: 8,
  hashPasses: 1,
  publicScreens: 'yes',
};

export interface House {
  readonly url: string;
  readonly folder: string;
  readonly engine: System;
  readonly gateway: Gateway;
  readonly settings: Settings;
  /** A socket, connected; rejects with the code of what the server said when it is refused. */
  socket(auth?: object, more?: object): Promise<Socket>;
  /** `POST /api/v1/<name>`. */
  post(
    name: string,
    input: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; ack: Ack; headers: Headers }>;
  /** Asks an actor behind the doors. */
  tell(to: ActorId, type: string, input: Json, caller: string): Promise<Outcome>;
  close(): Promise<void>;
}

export async function openHouse(t: Test, options: HouseOptions = {}): Promise<House> {
  const folder = options.folder ?? t.testdir();
  const settings: Settings = { ...readSettings({}), ...testSettings, dataFolder: folder, ...options.settings };
  const terms = { ...defaultTerms, ...options.terms };
  const clock = options.clock ?? systemClock;
  const store = await openEmbedded(folder, {
    collections: [...engineCollections, ...actorCollections, positionsCollection],
  });
  const stations = new NearestStations(store.views, { collection: stationsCollection.name, index: 'name' });
  const views = watchViews(store.views, (rows) => {
    stations.onRows(rows);
  });
  const metrics = createMetrics();
  const engine = createSystem({
    store: { ...store, journal: store.journal, snapshots: store.snapshots, views },
    definitions: [...actors(terms), ...(options.definitions ?? [])],
    failed: (error) => {
      throw error;
    },
    clock,
    meters: metrics.engine,
  });
  watchPushes(engine, (problem) => t.fail(problem));
  const told: { tell?: Gateway['tell'] } = {};
  const positions = new Positions({
    views,
    clock,
    hasPickup: () => false,
    batchEveryMs: 20,
    send: (moved) => told.tell?.('cars', moved),
    onError: (error) => {
      throw error;
    },
  });
  const gateway = await startGateway({
    store: store.id,
    engine,
    views,
    settings,
    clock,
    metrics,
    chance: systemChance,
    version: '0.0.0',
    log: createLog('silent'),
    geo: { positions, stations },
    rebuildView: () => Promise.resolve(undefined),
    ...options.gateway,
  });
  told.tell = (name, event) => {
    gateway.tell(name, event);
  };
  const url = `http://127.0.0.1:${gateway.address.port}`;
  const sockets = new Set<Socket>();
  let commands = 0;
  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= (async () => {
      for (const socket of sockets) socket.disconnect();
      await gateway.close();
      await positions.close();
      await engine.stop();
      await store.close();
    })());
  t.teardown(close);
  return {
    url,
    folder,
    engine,
    gateway,
    settings,
    close,
    async socket(auth = {}, more = {}) {
      const socket = await connected(url, auth, more);
      sockets.add(socket);
      return socket;
    },
    async post(name, input, headers = {}) {
      const response = await fetch(`${url}/api/v1/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(input),
      });
      return { status: response.status, ack: (await response.json()) as Ack, headers: response.headers };
    },
    async tell(to, type, input, caller) {
      const answer = await engine.ask({ to, type, input, caller, id: `house${++commands}` });
      if ('unstored' in answer) return { ok: false, error: answer.unstored };
      return answer.value.outcome;
    },
  };
}

/** One request over a socket; the value, or an error whose message is the code. */
export async function ask(socket: Socket, name: string, input: unknown, id?: string): Promise<Json> {
  const ack = (await socket.emitWithAck(name, { id: id ?? `t${Math.random().toString(36).slice(2)}`, input })) as Ack;
  if (ack.ok) {
    const wrong = answerBreaks(name, ack.value);
    if (wrong !== undefined) throw new Error(`${name} answers what it does not declare: ${wrong}`);
    return ack.value;
  }
  throw Object.assign(new Error(ack.error.code), { refusal: ack.error });
}

/** A socket, connected; rejects with the code of what the server said when it is refused. */
export async function connected(url: string, auth: object, more: object = {}): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, auth, ...more });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error: Error & { data?: { code: string } }) => {
      socket.disconnect();
      reject(new Error(error.data?.code ?? error.message));
    });
  });
  return socket;
}

let calls = 0;

/** One request over HTTP, with an id of its own; `token` is an access token. */
export async function call(house: House, name: string, input: unknown, token?: string): Promise<Ack> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { ack } = await house.post(name, input, { 'idempotency-key': `call${++calls}`, ...authorization });
  return ack;
}

/** The same; the value, or an error whose message is the code. */
export async function done<T>(house: House, name: string, input: unknown, token?: string): Promise<T> {
  const ack = await call(house, name, input, token);
  if (!ack.ok) throw Object.assign(new Error(ack.error.code), { refusal: ack.error });
  return ack.value as T;
}

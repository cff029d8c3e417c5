/**
 * Who is there: tells each device's actor when its connection comes and goes, with the reason, keeps
 * one connection for a device, the newest, and tells the map which drivers are connected.
 *
 * A connection is named `<node>.<socket>`. A node that ended without a word left devices online in the
 * books; after a grace those that did not come back are told as gone.
 */
import type { Clock } from '../actors/runtime/clock.js';
import type { Engine } from '../actors/runtime/engine.js';
import { keyOf } from '../actors/shared/callers.js';
import { devicesCollection } from '../actors/device/views.js';
import type { ActorId, Json, Views } from '../store/ports.js';
import type { Connection } from './connection.js';
import type { Connections } from './connections.js';
import type { Positions } from './geo/positions.js';
import type { Log } from './log.js';

export interface PresenceOptions {
  readonly engine: Pick<Engine, 'ask'>;
  readonly connections: Connections;
  readonly positions: Pick<Positions, 'setOnline'>;
  readonly views: Pick<Views, 'find'>;
  readonly clock: Clock;
  /** Names this start of this node. */
  readonly node: string;
  readonly graceMs: number;
  readonly log: Log;
}

const SELF = 'system:presence';
/** A word that was not taken is said again after this, ms; then after twice as long, and so on. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Devices that are looked through at a time after a start. */
const PAGE = 500;

export class Presence {
  private closed = false;
  private readonly cancels = new Set<() => void>();

  constructor(private readonly options: PresenceOptions) {
    this.later(options.graceMs, () => {
      void this.endThoseOfEarlierStarts().catch((error: unknown) => {
        options.log.error({ err: error }, 'could not look for devices that did not come back');
      });
    });
  }

  came(connection: Connection): void {
    const { role, subject } = connection.caller;
    if (role === 'driver') this.options.positions.setOnline(keyOf(subject), true);
    if (role !== 'device') return;
    for (const other of this.options.connections.of(subject)) {
      if (other !== connection) other.close('connected_elsewhere', 'the device has connected anew');
    }
    const name = this.nameOf(connection);
    this.tell(subject, 'cameOnline', { connection: name }, `on.${name}`, () => connection.socket.connected);
  }

  gone(connection: Connection, reason: string): void {
    const { role, subject } = connection.caller;
    if (role === 'driver' && this.options.connections.of(subject).size === 0) {
      this.options.positions.setOnline(keyOf(subject), false);
    }
    if (role !== 'device' || this.closed) return;
    const name = this.nameOf(connection);
    this.tell(subject, 'wentOffline', { connection: name, reason }, `off.${name}`, () => true);
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.cancels) cancel();
  }

  private nameOf({ socket }: Connection): string {
    return `${this.options.node}.${socket.id}`;
  }

  /** Tells until it is taken, or no longer true: nobody else would say it. */
  private tell(
    device: string,
    type: string,
    input: Json,
    id: string,
    stillTrue: () => boolean,
    pause = FIRST_PAUSE_MS,
  ): void {
    void this.options.engine.ask({ to: device as ActorId, type, input, caller: SELF, id }).then((answer) => {
      if (!('unstored' in answer) || this.closed || !stillTrue()) return;
      this.later(pause, () => {
        this.tell(device, type, input, id, stillTrue, Math.min(2 * pause, LONGEST_PAUSE_MS));
      });
    });
  }

  private later(ms: number, run: () => void): void {
    const cancel = this.options.clock.after(ms, () => {
      this.cancels.delete(cancel);
      run();
    });
    this.cancels.add(cancel);
  }

  private async endThoseOfEarlierStarts(): Promise<void> {
    const { views, connections, node } = this.options;
    const query = { collection: devicesCollection.name, index: 'online', equal: [true], limit: PAGE };
    let cursor: string | undefined;
    do {
      const page = await views.find(cursor === undefined ? query : { ...query, cursor });
      for (const { id, fields } of page.rows) {
        const { connection } = fields;
        if (typeof connection !== 'string' || connection.startsWith(`${node}.`)) continue;
        const device = `device:${id}`;
        if (connections.of(device).size > 0) continue;
        this.tell(device, 'wentOffline', { connection, reason: 'node_stopped' }, `off.${connection}`, () => true);
      }
      cursor = page.cursor;
    } while (cursor !== undefined && !this.closed);
  }
}

/**
 * Who is there: tells each device's actor when its connection comes and goes, with the reason, keeps
 * one connection for a device, the newest, and tells the map which drivers are connected.
 *
 * A connection is named `<node>.<socket>`. A node that ended without a word left devices online in the
 * books; after a grace those that did not come back, to any node, are told as gone. Of two connections of a device
 * on two nodes the newer is the one that the device's actor heard of later.
 */
import type { Clock } from '../actors/runtime/clock.js';
import type { Engine } from '../actors/runtime/engine.js';
import { keyOf } from '../actors/runtime/ids.js';
import { devicesCollection } from '../actors/device/views.js';
import type { ActorId, Json, Views } from '../store/ports.js';
import type { Connection } from './connection.js';
import type { Connections } from './connections.js';
import type { Positions } from './geo/positions.js';
import type { Log } from './log.js';
import type { Others } from './others.js';

export interface PresenceOptions {
  readonly engine: Pick<Engine, 'ask'>;
  readonly connections: Connections;
  readonly positions: Pick<Positions, 'setOnline'>;
  readonly views: Pick<Views, 'find'>;
  readonly clock: Clock;
  readonly others: Others;
  readonly graceMs: number;
  readonly log: Log;
}

const SELF = 'system:presence';
/** A word that was not taken is said again after this, ms; then after twice as long, and so on. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Devices that are looked through at a time after a start. */
const PAGE = 500;
/** News of this name: a device has connected. */
const CAME = 'device.came';
type Came = { readonly device: string; readonly seq: number };

/** By the seqs of the device's actor: when a connection came, and when the newest one elsewhere. */
interface Heard {
  at?: number;
  elsewhere: number;
}

export class Presence {
  private closed = false;
  private readonly cancels = new Set<() => void>();
  private readonly heard = new WeakMap<Connection, Heard>();

  constructor(private readonly options: PresenceOptions) {
    const { others, connections } = options;
    this.endLater();
    others.onChange((_, gone) => {
      // One of those that stay does it for all.
      if (gone.length > 0 && others.nodes()[0] === others.self) this.endLater();
    });
    others.hear(CAME, (news) => {
      const { device, seq } = news as Came;
      for (const connection of [...connections.of(device)]) this.cameElsewhere(connection, seq);
    });
  }

  /** Resolves when a device's actor has been told, or could not be told at once. */
  async came(connection: Connection): Promise<void> {
    const { role, subject } = connection.caller;
    if (role === 'driver') this.options.positions.setOnline(keyOf(subject), true);
    if (role !== 'device') return;
    for (const other of this.options.connections.of(subject)) {
      if (other !== connection) giveWay(other);
    }
    const name = this.nameOf(connection);
    const taken = (seq: number): void => {
      this.heardOf(connection).at = seq;
      this.options.others.tell(CAME, { device: subject, seq } satisfies Came);
      this.cameElsewhere(connection, 0);
    };
    const there = (): boolean => connection.socket.connected;
    await this.tell(subject, 'cameOnline', { connection: name }, `on.${name}`, there, taken);
  }

  gone(connection: Connection, reason: string): void {
    const { role, subject } = connection.caller;
    if (role === 'driver' && this.options.connections.of(subject).size === 0) {
      this.options.positions.setOnline(keyOf(subject), false);
    }
    if (role !== 'device' || this.closed) return;
    const name = this.nameOf(connection);
    void this.tell(subject, 'wentOffline', { connection: name, reason }, `off.${name}`, () => true);
  }

  private cameElsewhere(connection: Connection, seq: number): void {
    const heard = this.heardOf(connection);
    heard.elsewhere = Math.max(heard.elsewhere, seq);
    if (heard.at !== undefined && heard.at < heard.elsewhere) giveWay(connection);
  }

  private heardOf(connection: Connection): Heard {
    const heard = this.heard.get(connection) ?? { elsewhere: 0 };
    this.heard.set(connection, heard);
    return heard;
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.cancels) cancel();
  }

  private nameOf({ socket }: Connection): string {
    return `${this.options.others.self}.${socket.id}`;
  }

  /** Tells until it is taken, or no longer true: nobody else would say it. Resolves when it was told once. */
  private async tell(
    device: string,
    type: string,
    input: Json,
    id: string,
    stillTrue: () => boolean,
    taken: (seq: number) => void = () => undefined,
    pause = FIRST_PAUSE_MS,
  ): Promise<void> {
    const answer = await this.options.engine.ask({ to: device as ActorId, type, input, caller: SELF, id });
    if (!('unstored' in answer)) {
      taken(answer.value.seq);
      return;
    }
    if (this.closed || !stillTrue()) return;
    this.later(pause, () => {
      void this.tell(device, type, input, id, stillTrue, taken, Math.min(2 * pause, LONGEST_PAUSE_MS));
    });
  }

  private endLater(): void {
    this.later(this.options.graceMs, () => {
      this.endThoseOfNobody().catch((error: unknown) => {
        this.options.log.error({ err: error }, 'could not look for devices that did not come back');
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

  /** Devices whose connection was at a node that is no more. */
  private async endThoseOfNobody(): Promise<void> {
    const { views, connections, others } = this.options;
    const query = { collection: devicesCollection.name, index: 'online', equal: [true], limit: PAGE };
    let cursor: string | undefined;
    do {
      const page = await views.find(cursor === undefined ? query : { ...query, cursor });
      for (const { id, fields } of page.rows) {
        const { connection } = fields;
        const [node = ''] = typeof connection === 'string' ? connection.split('.', 1) : [];
        if (typeof connection !== 'string' || others.nodes().includes(node)) continue;
        const device = `device:${id}`;
        if (connections.of(device).size > 0) continue;
        void this.tell(device, 'wentOffline', { connection, reason: 'node_stopped' }, `off.${connection}`, () => true);
      }
      cursor = page.cursor;
    } while (cursor !== undefined && !this.closed);
  }
}

function giveWay(connection: Connection): void {
  connection.close('connected_elsewhere', 'the device has connected anew');
}

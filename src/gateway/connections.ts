/**
 * All sockets of this node: found by subject to end them at a log-out, by device to drop the older of
 * two, counted against the limits of who may hold how many (R8).
 */
import type { Connection } from './connection.js';
import type { End } from './auth/ends.js';
import type { Caller } from './contract/declare.js';

/** What may be held at once. */
export interface ConnectionLimits {
  readonly maxSockets: number;
  readonly socketsPerAccount: number;
  readonly guestsPerAddress: number;
}

export class Connections {
  private readonly all = new Set<Connection>();
  /** By subject; a guest's subject is its address. */
  private readonly bySubject = new Map<string, Set<Connection>>();

  constructor(private readonly limits: ConnectionLimits) {}

  get size(): number {
    return this.all.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.all.values();
  }

  of(subject: string): ReadonlySet<Connection> {
    return this.bySubject.get(subject) ?? none;
  }

  /** The limit that one more socket of this caller would pass; undefined when there is room. */
  full(caller: Caller): string | undefined {
    if (this.all.size >= this.limits.maxSockets) return 'the node holds as many sockets as it may';
    const held = this.of(caller.subject).size;
    if (caller.role === 'guest') {
      return held >= this.limits.guestsPerAddress
        ? 'the address holds too many sockets that have not logged in'
        : undefined;
    }
    // A device's older connection gives way; screens share no account.
    if (caller.role === 'device' || caller.role === 'screen') return undefined;
    return held >= this.limits.socketsPerAccount ? 'the account holds as many sockets as it may' : undefined;
  }

  add(connection: Connection): void {
    this.all.add(connection);
    const { subject } = connection.caller;
    const held = this.bySubject.get(subject);
    if (held) held.add(connection);
    else this.bySubject.set(subject, new Set([connection]));
  }

  remove(connection: Connection): void {
    this.all.delete(connection);
    const { subject } = connection.caller;
    const held = this.bySubject.get(subject);
    held?.delete(connection);
    if (held?.size === 0) this.bySubject.delete(subject);
  }

  /** Closes sockets of a subject, and tells them why. */
  end(subject: string, { code, message }: End, which: (connection: Connection) => boolean): void {
    for (const connection of [...this.of(subject)]) if (which(connection)) connection.close(code, message);
  }

  /** Sockets by role, for the metrics. */
  countByRole(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { caller } of this.all) counts.set(caller.role, (counts.get(caller.role) ?? 0) + 1);
    return counts;
  }
}

const none: ReadonlySet<Connection> = new Set();

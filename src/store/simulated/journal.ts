/** The journal as one incarnation sees it: through its connection, with the faults that strike it. */
import { shardOf } from '../shard.js';
import type {
  ActorId,
  Append,
  AppendResult,
  Entry,
  EntryCore,
  EntryForm,
  Handling,
  Head,
  Journal,
  ShardRange,
  StoredEntry,
  Wake,
} from '../ports.js';
import type { Connection, World } from './connection.js';
import type { Content, Guard } from './content.js';
import type { Losable, Shelves } from './losable.js';

/** What all incarnations share. */
export interface Durable {
  readonly content: Content;
  /** Wake markers: seq → wake, by actor. */
  readonly markers: Losable<ActorId, number, number>;
  loseMajority(): void;
}

const UNKNOWN: AppendResult = { state: 'unknown' };

export class SimulatedJournal implements Journal {
  private readonly world: World;
  private readonly connection: Connection;
  private readonly durable: Durable;
  private readonly without: Guard | undefined;

  constructor(world: World, connection: Connection, durable: Durable, without: Guard | undefined) {
    this.world = world;
    this.connection = connection;
    this.durable = durable;
    this.without = without;
  }

  append(items: readonly Append[]): Promise<readonly AppendResult[]> {
    const unknown = items.map(() => UNKNOWN);
    switch (this.world.faults.ofAppend()) {
      case 'lost':
        return this.connection.read(() => unknown, false);
      case 'replyLost':
        return this.connection.write(() => {
          this.arrive(items);
          return unknown;
        });
      case 'torn':
        return this.connection.write(() => this.tear(items));
      case 'lateWrite':
        this.connection.later(() => this.arrive(items));
        return this.connection.read(() => unknown, false);
      case 'twice':
        return this.connection.write(() => {
          this.connection.later(() => this.arrive(items));
          return this.arrive(items);
        });
      case 'late':
        return this.connection.write(() => this.arrive(items), true);
      case 'noMajority':
        this.durable.loseMajority();
        return this.connection.write(() => this.arrive(items));
      case undefined:
        return this.connection.write(() => this.arrive(items));
    }
  }

  read(actor: ActorId, after: number, limit: number): Promise<readonly StoredEntry[]> {
    return this.connection.read(() => this.durable.content.after(actor, after, limit));
  }

  find(actor: ActorId, commandId: string): Promise<EntryCore | undefined> {
    return this.connection.read(() => this.durable.content.by(actor, commandId));
  }

  findAll(handlings: readonly Handling[]): Promise<readonly (EntryCore | undefined)[]> {
    return this.connection.read(() =>
      handlings.map(({ actor, commandId }) => this.durable.content.by(actor, commandId)),
    );
  }

  due(shards: ShardRange, until: number, limit: number, after?: Wake): Promise<readonly Wake[]> {
    return this.connection.read(() => {
      const found: Wake[] = [];
      for (const [actor, seqs] of this.durable.markers.state) {
        for (const [seq, wake] of seqs) {
          if (wake > until || (after !== undefined && byTime({ actor, seq, wake }, after) <= 0)) continue;
          const shard = shardOf(actor);
          if (shard >= shards.from && shard < shards.to) found.push({ actor, seq, wake });
        }
      }
      return found.sort(byTime).slice(0, limit);
    });
  }

  rewake(changes: Parameters<Journal['rewake']>[0]): Promise<void> {
    return this.connection.lazy(() => {
      this.durable.markers.change((markers) => {
        for (const { actor, seq, wake } of changes) setMarker(markers, actor, seq, wake);
      });
    });
  }

  async *scan(): AsyncGenerator<StoredEntry, void, undefined> {
    yield* await this.connection.read(() => this.durable.content.all());
  }

  /** Each head as of when it is read: a database promises no more, and others write meanwhile. */
  async *heads(): AsyncGenerator<Head, void, undefined> {
    let last = '';
    for (;;) {
      const head = await this.connection.read(() => this.durable.content.headBehind(last));
      if (!head) return;
      yield head;
      last = head.actor;
    }
  }

  page(after: Head | undefined, limit: number): Promise<readonly StoredEntry[]> {
    return this.connection.read(() => this.durable.content.behind(after, limit));
  }

  /** While no majority is there a change may last or not, and nobody hears of it. */
  recast(entries: readonly Entry[], form: EntryForm): Promise<number> {
    let changed = 0;
    return this.connection
      .lazy(() => {
        changed = this.durable.content.recast(entries, form);
      })
      .then(() => changed);
  }

  private arrive(items: readonly Append[]): readonly AppendResult[] {
    const results = this.durable.content.append(items);
    items.forEach(({ entry, wake }, i) => {
      if (results[i]?.state === 'stored') mark(this.durable.markers, entry, wake);
    });
    return results;
  }

  /** Of each actor's entries a first part arrives, and a first part of its results comes back (S1). */
  private tear(items: readonly Append[]): readonly AppendResult[] {
    const { random } = this.world;
    const indexes = new Map<ActorId, number[]>();
    items.forEach(({ entry }, i) => indexes.set(entry.actor, [...(indexes.get(entry.actor) ?? []), i]));
    const arriving = new Set<number>();
    const told = new Set<number>();
    for (const own of indexes.values()) {
      const cut = Math.floor(random() * (own.length + 1));
      const heard = Math.floor(random() * (cut + 1));
      own.forEach((index, place) => {
        if (this.without === 'order' ? random() < 0.5 : place < cut) arriving.add(index);
        if (place < heard) told.add(index);
      });
    }
    const arrived = [...arriving].sort((a, b) => a - b);
    const parts = this.arrive(arrived.flatMap((index) => items[index] ?? []));
    const results = new Map(arrived.map((index, i) => [index, parts[i] ?? UNKNOWN]));
    return items.map((_, i) => (told.has(i) ? (results.get(i) ?? UNKNOWN) : UNKNOWN));
  }
}

/** Sets the marker of an entry that is stored. */
export function mark(markers: Durable['markers'], { actor, seq }: Entry, wake: number | undefined): void {
  if (wake === undefined) return;
  markers.changeForSure((known) => {
    setMarker(known, actor, seq, wake);
  });
}

function setMarker(
  markers: Shelves<ActorId, number, number>,
  actor: ActorId,
  seq: number,
  wake: number | undefined,
): void {
  const seqs = markers.get(actor) ?? new Map<number, number>();
  if (wake === undefined) seqs.delete(seq);
  else seqs.set(seq, wake);
  if (seqs.size > 0) markers.set(actor, seqs);
  else markers.delete(actor);
}

function byTime(a: Wake, b: Wake): number {
  return a.wake - b.wake || (a.actor < b.actor ? -1 : a.actor > b.actor ? 1 : a.seq - b.seq);
}

/**
 * What an activation knows of its actor: the fold of the actor's entries, and nothing else. Deciding
 * a new entry and reading an old one go through the same `fold`, so replay gives the same memory bit
 * for bit (R6).
 *
 *   ENGINE 12  recent command ids, bounded; the store's unique key knows the others
 *   ENGINE 13  `at` never goes back
 *   ENGINE 15  `open`: promises that no stored entry has closed yet
 *   ENGINE 20  `channels`: the seq of the last push of each channel
 */
import type { ActorId, Entry, Json, Promised, RecordedEvent, Snapshot } from '../../store/ports.js';
import type { AnyDefinition, At } from './definition.js';
import { keyOf } from './ids.js';

/** Channels whose last push is known; of a forgotten one the next push says 0, and clients resume. */
const CHANNELS = 64;

/** What a snapshot's body holds beside the state. */
interface SnapshotBody {
  readonly state: Json;
  readonly at: number;
  readonly open: readonly (readonly [string, Promised])[];
  readonly recent: readonly (readonly [string, number])[];
  readonly channels: readonly (readonly [string, number])[];
}

/** An entry's past does not make sense: the actor is parked (ENGINE 19, 21). */
export class UnreadablePast extends Error {
  override readonly name = 'UnreadablePast';
}

export class Memory {
  state: unknown;
  seq = 0;
  at = 0;
  readonly open = new Map<string, Promised>();
  private readonly labels = new Map<string, string>();
  private readonly recent = new Map<string, number>();
  private readonly channels = new Map<string, number>();

  constructor(
    readonly definition: AnyDefinition,
    readonly self: ActorId,
    /** Command ids known by heart; a repeat of an older one is met at the store. */
    private readonly recentLimit: number,
  ) {
    this.state = definition.initial(keyOf(self));
  }

  /** The seq of the entry that handled a command, if it is among the recent ones. */
  seqOf(commandId: string): number | undefined {
    return this.recent.get(commandId);
  }

  /** The seq of the last push of a channel; 0 for none. */
  head(channel: string): number {
    return this.channels.get(channel) ?? 0;
  }

  /** The id of the open promise of that label. */
  labelled(label: string): string | undefined {
    return this.labels.get(label);
  }

  /**
   * One entry further. Throws what the definition throws; {@link UnreadablePast} where the entry cannot be the next.
   */
  fold(entry: Entry): void {
    if (entry.seq !== this.seq + 1) {
      throw new UnreadablePast(`${this.self} has entry ${entry.seq} where ${this.seq + 1} is expected`);
    }
    const at: At = { self: this.self, seq: entry.seq, now: entry.at };
    for (const { type, data } of eventsOf(this.definition, entry)) {
      const evolve = this.definition.evolve[type];
      if (!evolve) throw new UnreadablePast(`${this.self} does not know event ${type} of entry ${entry.seq}`);
      evolve(this.state, data, at);
    }
    this.seq = entry.seq;
    this.at = entry.at;
    this.foldPromises(entry);
    remember(this.recent, entry.commandId, entry.seq, this.recentLimit);
    for (const channel in entry.pushes) remember(this.channels, channel, entry.seq, CHANNELS);
  }

  /** A promise that needs no keeping any more. */
  close(id: string): void {
    const label = this.open.get(id)?.label;
    if (label !== undefined && this.labels.get(label) === id) this.labels.delete(label);
    this.open.delete(id);
  }

  snapshot(): Snapshot {
    const body: SnapshotBody = {
      state: this.state as Json,
      at: this.at,
      open: [...this.open],
      recent: [...this.recent],
      channels: [...this.channels],
    };
    return { actor: this.self, seq: this.seq, version: this.definition.version, body: JSON.stringify(body) };
  }

  /** Takes a snapshot's content, where it is of this definition's version. Says whether it did. */
  restore(snapshot: Snapshot): boolean {
    if (snapshot.version !== this.definition.version) return false;
    const body = JSON.parse(snapshot.body) as SnapshotBody;
    this.state = body.state;
    this.seq = snapshot.seq;
    this.at = body.at;
    for (const [id, promised] of body.open) this.keep(id, promised);
    for (const [id, seq] of body.recent) this.recent.set(id, seq);
    for (const [channel, seq] of body.channels) this.channels.set(channel, seq);
    return true;
  }

  private foldPromises(entry: Entry): void {
    const handled = handledPromise(this.self, entry.commandId);
    if (handled !== undefined) this.close(handled);
    for (const id of entry.closes) this.close(id);
    for (const [n, promised] of entry.outbox.entries()) this.keep(`${entry.actor}/${entry.seq}/${n}`, promised);
  }

  private keep(id: string, promised: Promised): void {
    this.open.set(id, promised);
    if (promised.label !== undefined) this.labels.set(promised.label, id);
  }
}

/** The seq of the entry that made a promise `<actor>/<seq>/<n>`. */
export function seqOfPromise(id: string): number {
  return Number(id.slice(id.indexOf('/') + 1, id.lastIndexOf('/')));
}

/**
 * The own promise that an entry's command closes: a reply's (`<to>:<promise>/reply`) or a timer's
 * (`<self>:<promise>`). Client ids hold no `/`, so nobody outside can name one.
 */
export function handledPromise(self: ActorId, commandId: string): string | undefined {
  if (!commandId.includes('/')) return undefined;
  const from = commandId.indexOf(`:${self}/`) + 1;
  if (from === 0) return undefined;
  if (commandId.endsWith('/reply')) return commandId.slice(from, -'/reply'.length);
  return from === self.length + 1 && commandId.startsWith(self) ? commandId.slice(from) : undefined;
}

/** An entry's events in the shapes of today (R6): old ones are brought up step by step, for ever. */
export function eventsOf({ upcast }: AnyDefinition, { events }: Pick<Entry, 'events'>): readonly RecordedEvent[] {
  if (!upcast) return events;
  return events.map(({ type, v = 1, data }) => {
    const steps = upcast[type]?.slice(v - 1) ?? [];
    return { type, data: steps.reduce((old, step) => step(old), data) };
  });
}

/** Keeps the `limit` latest keys of a map. */
function remember(map: Map<string, number>, key: string, seq: number, limit: number): void {
  if (map.has(key)) map.delete(key);
  map.set(key, seq);
  if (map.size <= limit) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}

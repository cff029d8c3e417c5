/**
 * This node among the others: says that it lives as long as it hears, looks who else does, and tells what follows.
 *
 *   ENGINE 9  while Redis is away the view stays as it was
 *   R7        what is told here is a hint
 *
 * A node whose place in the table says `gone` was held for dead: it may have been paused while others served its
 * actors, so what it has in memory may be old. It lets go of that and comes back as a new node would.
 */
import type { Clock } from '../actors/runtime/clock.js';
import { Observer, type ObserverLimits } from './observer.js';
import type { OwnLook, Table } from './table.js';
import { View } from './view.js';

export interface MembersOptions {
  /** This start of this node; never used twice. */
  readonly self: string;
  readonly table: Pick<Table, 'beat' | 'look' | 'gone' | 'forget' | 'call'>;
  readonly clock: Clock;
  readonly beatMs: number;
  readonly limits: ObserverLimits;
  /** The node hears what is sent to it. */
  readonly hears: () => boolean;
  /** The view has changed. */
  readonly changed: (view: View, before: View) => void;
  /** Others held this node for dead. */
  readonly deposed: () => void;
  /** Redis answers again, or has ceased to. */
  readonly contact: (there: boolean) => void;
}

export class Members {
  private current: View;
  private readonly observer: Observer;
  private beats = 0;
  private lostAt: number | undefined;
  /** `none`: it looks at the others, and serves nothing as long as there are any. */
  private place: 'none' | 'held' | 'given up' = 'none';
  private blind = false;
  private stopped = false;
  private looking: Promise<void> | undefined;
  private again = false;
  private disarm: () => void = () => undefined;

  constructor(private readonly options: MembersOptions) {
    this.lostAt = options.clock.now();
    this.current = new View([options.self]);
    this.observer = new Observer(options.self, options.limits);
  }

  get view(): View {
    return this.current;
  }

  /** Since when Redis does not answer, or this node does not hear, ms UTC; undefined while both is well. */
  get cutOffSince(): number | undefined {
    return this.lostAt;
  }

  /** Looks who is there, without a place among them yet. */
  meet(): Promise<void> {
    return this.look();
  }

  /** The node takes its place: it is in the table, and knows who else is. */
  async join(): Promise<void> {
    // A look that is under way says nothing of the place yet.
    await this.looking;
    this.place = 'held';
    await this.look();
    if (this.lostAt === undefined) await this.options.table.call().catch(() => undefined);
  }

  /** Something has changed, or a node cannot be reached: looks at once. */
  hurry(): void {
    if (this.stopped) return;
    this.again = this.looking !== undefined;
    void this.look();
  }

  /** The connection that listens has broken: until it is seen to listen again others cannot be reached. */
  deafened(): void {
    this.setContact(false);
    this.hurry();
  }

  /** Whether this node cannot reach the store; then the others serve, as long as one of them can. */
  async setBlind(blind: boolean): Promise<void> {
    this.blind = blind;
    await this.looking;
    await this.look();
    await this.options.table.call().catch(() => undefined);
  }

  /** Gives its place up; from now on the others serve all shards. */
  async leave(): Promise<void> {
    this.place = 'given up';
    await this.look();
    await this.options.table.gone(this.options.self, ++this.beats).catch(() => undefined);
  }

  /** Looks no more. */
  stop(): void {
    this.stopped = true;
    this.disarm();
  }

  /** One look at a time; the next is due a beat later. */
  private look(): Promise<void> {
    return (this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
      this.disarm();
      if (this.stopped) return;
      this.disarm = this.options.clock.after(this.again ? 0 : this.options.beatMs, () => {
        void this.look();
      });
      this.again = false;
    }));
  }

  private async lookOnce(): Promise<void> {
    const { table, self, hears } = this.options;
    let look: OwnLook;
    try {
      // Who hears nothing must not say that he lives: what is sent to him would be lost.
      const beats = hears() && this.place === 'held';
      look = beats
        ? await table.beat(self, { beat: ++this.beats, state: this.blind ? 'blind' : 'up' })
        : await table.look(self);
    } catch {
      this.setContact(false);
      return;
    }
    // Without ears the replies of others would be lost. A number is missing where Redis was emptied a moment ago.
    const ears = look.listeners.get(self) ?? 1;
    this.setContact(hears() && ears > 0);
    if (look.mine?.state === 'gone' && this.place === 'held') this.options.deposed();
    await this.takeIn(look);
  }

  private async takeIn(look: OwnLook): Promise<void> {
    const { table, self, clock, changed } = this.options;
    const { alive, died, forgotten } = this.observer.look(look, clock.now());
    const before = this.current;
    const blind = new Set(alive.filter((node) => look.words.get(node)?.state === 'blind'));
    if (this.blind) blind.add(self);
    const view = new View(this.place !== 'held' && alive.length > 0 ? alive : [...alive, self], blind);
    if (!view.same(before)) {
      this.current = view;
      changed(view, before);
    }
    // So that all see it at once, and so that whoever was only paused reads it when he wakes up.
    const told = died.map((node) => table.gone(node, look.words.get(node)?.beat ?? 0));
    await Promise.all([...told, table.forget(forgotten)]).catch(() => undefined);
  }

  private setContact(there: boolean): void {
    if (there === (this.lostAt === undefined)) return;
    this.lostAt = there ? undefined : this.options.clock.now();
    this.options.contact(there);
  }
}

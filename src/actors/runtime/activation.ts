/**
 * One actor in the memory of one node. It takes one turn at a time (R1) without waiting for the
 * disk: turns are decided at once on what is in memory, stored in batches, and answered when they
 * are stored.
 *
 *   R2, ENGINE 10  every answer, a read's too, waits for all that it was judged on (✂)
 *   R4, ENGINE 12  a repeated command id gets the first answer; with other content it is an error
 *   ENGINE 7       what a collision means is carried out here, read in speculation.ts
 *   ENGINE 21      who cannot read his own past is parked; all others go on
 *   R8             what waits and what is undecided is bounded
 */
import { DamagedEntry, type ActorId, type Append, type Entry, type EntryCore, type Row } from '../../store/ports.js';
import { readAnswer, repeatOf, storedAnswer } from './answers.js';
import { derive, type Committed, type Fate } from './committed.js';
import type { CommandEnvelope, Envelope, ReadEnvelope } from './envelope.js';
import type { Past } from './loading.js';
import { Mailbox } from './mailbox.js';
import { Markers } from './markers.js';
import type { Memory } from './memory.js';
import { move, type Mode } from './mode.js';
import type { Outbox } from './outbox.js';
import { unstored, type Problem } from './problems.js';
import { Speculation, type Decided, type Verdict } from './speculation.js';
import { takeTurn, TurnFailed, type Turn, type TurnPorts } from './turn.js';

/** What an activation needs from its system. */
export interface Host {
  readonly strict: boolean;
  readonly chance: TurnPorts['chance'];
  /** Envelopes that may wait before one actor; replies and timers, which finish what was begun, twice that. */
  readonly mailboxLimit: number;
  now(): number;
  /** The actor's own time is so far ahead of the clock, ms (ENGINE 13). */
  ahead(ms: number): void;
  /** There is something to store. */
  enqueue(activation: Activation): void;
  /** A turn is stored: its pushes, messages and rows may leave. */
  stored(activation: Activation, turn: Turn, entry: Committed<Entry>): void;
  /** All turns of a held activation are stored; it goes on when this returns. */
  drained(activation: Activation): void;
  /** The past must be read; {@link Activation.begin} follows. */
  load(activation: Activation): void;
  /** The past is read and no turn is taken yet; the views may lack `rows` of it. */
  begun(activation: Activation, rows: readonly Row[]): void;
  /** The activation has ended, and another may begin. */
  stopped(activation: Activation): void;
  findStored(actor: ActorId, seq: number): Promise<Committed<EntryCore> | undefined>;
  report(problem: Problem): void;
}

export class Activation {
  readonly markers = new Markers();
  /** Promises of entries up to this seq were given to the post. */
  posted = 0;
  /** The seq of the last entry that this activation has stored; 0 for none. */
  own = 0;
  /** Turns whose rows are not in the views yet. */
  unprojected = 0;
  /** Characters of entries since the last snapshot. */
  tailSize = 0;
  /** Characters of the last snapshot: about what the actor costs in memory. */
  size = 0;

  private current: Mode = 'loading';
  /** It ends as soon as all that was decided is stored. */
  private leaving = false;
  private readonly mailbox = new Mailbox<Envelope>();
  private readonly speculation = new Speculation();
  private proof: Committed<unknown> | undefined;
  private parkedFor = '';
  private broken: unknown;

  constructor(
    readonly id: ActorId,
    readonly epoch: string,
    private remembered: Memory,
    readonly outbox: Outbox,
    private readonly host: Host,
  ) {}

  get mode(): Mode {
    return this.current;
  }

  get memory(): Memory {
    return this.remembered;
  }

  /** Memory is the fold of entries, all of them read or decided here. */
  get sound(): boolean {
    return this.broken === undefined && (this.current === 'running' || this.current === 'holding');
  }

  /** Turns that are decided and not stored. */
  get undurable(): number {
    return this.speculation.length;
  }

  /** Envelopes that wait, and turns that are not stored. */
  get load(): number {
    return this.mailbox.length + this.speculation.length;
  }

  /** Takes an envelope in. It is answered, now or later, once. */
  accept(envelope: Envelope): void {
    const limit =
      envelope.kind === 'command' && envelope.internal ? this.host.mailboxLimit * 2 : this.host.mailboxLimit;
    if (this.current === 'parked') {
      envelope.answer(unstored('parked', this.parkedFor));
    } else if (this.current === 'stopped') {
      envelope.answer(unstored('unavailable', `${this.id} moves`));
    } else if (this.load >= limit) {
      envelope.answer(unstored('overloaded', `${this.load} wait before ${this.id}`, { retryAfterMs: 50 + this.load }));
    } else if (this.current === 'running') {
      this.take(envelope);
    } else {
      this.mailbox.push(envelope);
    }
  }

  /** The past is read: all that waited is taken. Of no use where the activation has ended meanwhile. */
  begin(past: Past): void {
    if (this.current !== 'loading') return;
    this.remembered = past.memory;
    this.proof = past.proof;
    this.tailSize = past.tailSize;
    this.size = past.size;
    // Before the first new turn: what the past left open is durable, what a turn promises is not yet (R2).
    this.host.begun(this, past.rows);
    this.become('running');
    this.takeWaiting();
  }

  /**
   * No turn is taken until what was decided is stored: a snapshot is overdue, and it is of stored turns only (ENGINE
   * 19).
   */
  hold(): void {
    this.become('holding');
  }

  /**
   * Ends the activation once all that it has decided is stored: another node serves the actor. Who waits behind that
   * is told to ask again.
   */
  release(): void {
    if (this.current === 'stopped') return;
    this.leaving = true;
    const idle = this.current === 'running' && this.speculation.length === 0;
    if (idle || this.current === 'parked' || this.current === 'loading') this.stop();
    else if (this.current === 'running') this.become('holding');
  }

  /** The next entries for the store. */
  batch(limit: number): readonly Append[] {
    return this.speculation.batch(limit);
  }

  /** Carries out what the store says of the last {@link batch}. */
  settle(fates: readonly Fate[]): Verdict {
    const verdict = this.speculation.settle(fates, (decided, entry) => {
      this.tell(decided, entry);
    });
    if (verdict.state === 'repeated') {
      this.decideAgain(verdict.first, verdict.met);
    } else if (verdict.state === 'foreign') {
      const { epoch, seq } = verdict.met.value;
      this.host.report({
        what: 'foreign_owner',
        actor: this.id,
        text: `entry ${seq} of ${this.id} is of owner ${epoch}`,
      });
      this.stop();
    } else if (this.current === 'holding' && this.speculation.length === 0) {
      this.drained();
    }
    return verdict;
  }

  /** What ENGINE 6 forbids: decides again what may still be stored. For the simulation. */
  decideInPlace(): void {
    const from = this.memory.seq - this.speculation.length + 1;
    this.mailbox.unshift(this.speculation.abandon());
    this.readAgain(from);
  }

  /** Sets the actor aside: its past cannot be read (ENGINE 21). Its entries stay. */
  park(why: string, error: unknown): void {
    this.become('parked');
    this.parkedFor = `${this.id} is parked: ${why}`;
    this.host.report({ what: 'parked', actor: this.id, error, text: this.parkedFor });
    this.refuseAll('parked', this.parkedFor);
    if (this.leaving) this.stop();
  }

  /** Ends the activation. Nobody hears whether what was under way is stored: who asks again with the same id will. */
  stop(why = `${this.id} moves`): void {
    this.become('stopped');
    this.refuseAll('unavailable', why);
    this.host.stopped(this);
  }

  private drained(): void {
    if (this.broken !== undefined) {
      this.park('it failed on its own entry', this.broken);
      return;
    }
    this.host.drained(this);
    if (this.leaving) {
      this.stop();
      return;
    }
    this.become('running');
    this.takeWaiting();
  }

  private become(next: Mode): void {
    this.current = move(this.current, next, this.id);
  }

  private takeWaiting(): void {
    while (this.current === 'running') {
      const envelope = this.mailbox.shift();
      if (!envelope) return;
      this.take(envelope);
    }
  }

  private take(envelope: Envelope): void {
    if (envelope.kind === 'read') this.takeRead(envelope);
    else this.takeCommand(envelope);
  }

  private takeRead(envelope: ReadEnvelope): void {
    const { memory } = this;
    let text: string;
    try {
      // Written down at once: what leaves must not change with the state.
      text = JSON.stringify(envelope.look(memory, this.host.now()) ?? null);
    } catch (error) {
      this.host.report({
        what: 'decision_failed',
        actor: this.id,
        error,
        text: `${this.id} failed on read ${envelope.name}`,
      });
      envelope.answer(unstored('decision_failed', `${this.id} failed on ${envelope.name}`));
      return;
    }
    const { seq } = memory;
    const stored = (entry: Committed<unknown>): void => {
      envelope.answer(derive(entry, () => readAnswer(text, seq)));
    };
    if (this.speculation.last) this.speculation.last.followers.push({ envelope, stored });
    else if (this.proof) stored(this.proof);
  }

  private takeCommand(envelope: CommandEnvelope): void {
    const now = this.host.now();
    if (now > envelope.deadline) {
      envelope.answer(unstored('too_late', `${envelope.type} waited past its deadline`));
      return;
    }
    const undurable = this.speculation.of(envelope.commandId);
    if (undurable) {
      undurable.followers.push({
        envelope,
        stored: (entry) => {
          envelope.answer(repeatOf(entry, envelope));
        },
      });
      return;
    }
    const seq = this.memory.seqOf(envelope.commandId);
    if (seq !== undefined) {
      this.repeat(envelope, seq);
      return;
    }
    const { epoch } = this;
    const { chance, strict } = this.host;
    if (this.memory.at > now) this.host.ahead(this.memory.at - now);
    try {
      this.keep(takeTurn(this.memory, envelope, { epoch, now, chance, strict }));
    } catch (error) {
      if (!(error instanceof TurnFailed)) throw error;
      const { code: what, message: text, cause = error } = error;
      this.host.report({ what, actor: this.id, commandId: envelope.commandId, error: cause, text });
      envelope.answer(unstored(what, text));
    }
  }

  private keep(turn: Turn): void {
    const { entry, text, rows } = turn;
    const wake = this.markers.cover(entry, rows);
    this.speculation.add(turn, wake === undefined ? { entry, text } : { entry, text, wake });
    this.tailSize += text.length;
    if (turn.broken !== undefined) {
      // ENGINE 21: the entry is kept; once it is stored the activation is parked.
      this.broken = turn.broken;
      this.become('holding');
    }
    this.host.enqueue(this);
  }

  /** R4: the same id again, of an entry that is stored. */
  private repeat(envelope: CommandEnvelope, seq: number): void {
    const unreadable = (what: Problem['what'], error?: unknown): void => {
      const text = `entry ${seq} of ${this.id} cannot be read`;
      this.host.report({ what, actor: this.id, commandId: envelope.commandId, error, text });
      envelope.answer(unstored('unavailable', text));
    };
    this.host.findStored(this.id, seq).then(
      (entry) => {
        if (entry) envelope.answer(repeatOf(entry, envelope));
        else unreadable('decision_failed');
      },
      (error: unknown) => {
        // Of damage the store knows; its silence says nothing of the entry.
        unreadable(error instanceof DamagedEntry ? 'decision_failed' : 'store_slow', error);
      },
    );
  }

  private tell({ turn, followers }: Decided, entry: Committed<Entry>): void {
    this.proof = entry;
    this.own = entry.value.seq;
    turn.envelope.answer(derive(entry, storedAnswer));
    this.host.stored(this, turn, entry);
    for (const follower of followers) follower.stored(entry);
  }

  /** ENGINE 7: the older entry is the answer, and what was decided on top is decided again, on the true state. */
  private decideAgain(first: Decided, met: Committed<EntryCore>): void {
    const commands = [first.turn.envelope, ...first.followers.map(({ envelope }) => envelope)];
    this.mailbox.unshift([
      ...commands.filter((envelope) => envelope.kind === 'read'),
      ...this.speculation.abandon(first),
    ]);
    for (const envelope of commands) if (envelope.kind === 'command') envelope.answer(repeatOf(met, envelope));
    this.readAgain(first.turn.entry.seq);
  }

  /** Memory holds turns, from `from` on, that are not stored and will not be: it is read anew. */
  private readAgain(from: number): void {
    this.broken = undefined;
    this.markers.forgetFrom(from);
    if (this.leaving) {
      this.stop();
      return;
    }
    this.become('loading');
    this.host.load(this);
  }

  private refuseAll(code: 'parked' | 'unavailable', text: string): void {
    for (const envelope of [...this.speculation.abandon(), ...this.mailbox.drain()])
      envelope.answer(unstored(code, text));
  }
}

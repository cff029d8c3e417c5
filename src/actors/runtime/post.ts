/**
 * Carries promises: from an activation's outbox to the receiver's mailbox or to the world, and the
 * answer back as a message of its own.
 *
 *   R5, ENGINE 15  what is open is sent again (✂) until its reply's entry is stored at the sender,
 *                  or, where no reply is asked for, until the receiver has stored its own
 *   ENGINE 14      a reply is derived from the receiver's entry; its id is `<message id>/reply`
 *   ENGINE 11      what never reached a decision is no answer: the message stays open
 *   ENGINE 13      where the clock was set back, what is due by the actor's own time is not kept waiting
 *   ENGINE 16      a timer goes to its own actor, at its due time
 */
import type { Entry, Json, Outcome, Promised } from '../../store/ports.js';
import type { Activation } from './activation.js';
import { Alarms } from './alarms.js';
import type { Clock } from './clock.js';
import type { Committed } from './committed.js';
import { EFFECT, type Effects } from './effects.js';
import type { Answer, DeadLetter, Unstored } from './engine.js';
import { commandEnvelope } from './envelope.js';
import { keyOf, kindOf } from './ids.js';
import { handledPromise, seqOfPromise } from './memory.js';
import type { Node } from './node.js';
import type { Sending } from './outbox.js';
import type { Problem } from './problems.js';

export interface PostHost {
  /** A message was tried to the limit. */
  deadLetter(letter: DeadLetter): void;
  report(problem: Problem): void;
}

export class Post {
  private readonly alarms: Alarms<Activation>;
  private readonly stopping = new AbortController();

  constructor(
    private readonly node: Node,
    private readonly effects: Effects,
    private readonly clock: Clock,
    private readonly host: PostHost,
  ) {
    this.alarms = new Alarms(clock, (activation) => {
      this.sendDue(activation);
    });
  }

  /** An entry is stored: what it closes is closed, what it promises is sent. */
  stored(activation: Activation, entry: Committed<Entry>): void {
    const { outbox } = activation;
    const { actor, seq, at, commandId, closes, outbox: promises } = entry.value;
    const handled = handledPromise(actor, commandId);
    if (handled !== undefined) outbox.close(handled);
    for (const id of closes) outbox.close(id);
    activation.posted = seq;
    const now = this.clock.now();
    promises.forEach((promised, n) => {
      const sending = outbox.keep(`${actor}/${seq}/${n}`, promised, Math.max(0, at - now));
      if (sending.next > now) {
        this.alarms.set(activation, sending.next);
      } else {
        outbox.sent(sending, now);
        this.alarms.set(activation, sending.next);
        this.send(activation, sending);
      }
    });
  }

  /** An activation begins: what its past left open is sent when it is due. */
  begin(activation: Activation): void {
    const { memory, outbox, posted } = activation;
    const ahead = Math.max(0, memory.at - this.clock.now());
    for (const [id, promised] of memory.open) {
      if (outbox.get(id)) continue;
      // Read again: what was posted and is in the outbox no more has been closed since, and stays so. Else
      // actors that read their past again would wake each other with old messages for ever.
      if (seqOfPromise(id) <= posted) memory.close(id);
      else outbox.keep(id, promised, ahead, true);
    }
    activation.posted = memory.seq;
    this.sendDue(activation);
  }

  /** Sends what is due, and sets the alarm for the rest. */
  sendDue(activation: Activation): void {
    if (activation.mode === 'stopped' || activation.mode === 'parked') return;
    const { outbox, memory } = activation;
    for (const sending of outbox.due(this.clock.now(), memory.at)) this.send(activation, sending);
    this.alarms.set(activation, outbox.alarm);
  }

  forget(activation: Activation): void {
    this.alarms.clear(activation);
  }

  /** A dead letter is tried from the start. */
  retry(activation: Activation, id: string): void {
    activation.outbox.retry(id, this.clock.now());
    this.sendDue(activation);
  }

  stop(): void {
    this.alarms.stop();
    this.stopping.abort();
  }

  private send(activation: Activation, sending: Sending): void {
    const { id, promised } = sending;
    const { to, type, input, due, hop } = promised;
    if (kindOf(to) === EFFECT) {
      this.carryOut(promised, id).then(
        (outcome) => {
          this.answered(activation, id, promised, outcome);
        },
        (error: unknown) => {
          this.failed(activation, id, error instanceof Error ? error.message : String(error));
        },
      );
      return;
    }
    const again = sending.resumed || sending.attempts > 1;
    void this.node.deliver({ id, from: activation.id, to, type, input, due, hop, again }).then((answer) => {
      if ('unstored' in answer) this.failed(activation, id, answer.unstored.message);
      else this.answered(activation, id, promised, answer.value.outcome);
    });
  }

  private async carryOut({ to, type, input }: Promised, id: string): Promise<Outcome> {
    const effect = this.effects[keyOf(to)];
    if (!effect) throw new Error(`nothing carries out ${to}`);
    return effect(type, input, id, this.stopping.signal);
  }

  /** The receiver has stored its answer. A timer closed itself when its own turn was stored. */
  private answered(activation: Activation, id: string, promised: Promised, outcome: Outcome): void {
    if (promised.reply === undefined) {
      activation.outbox.close(id);
      activation.memory.close(id);
      return;
    }
    if (!activation.outbox.get(id)) return;
    const reply = { from: promised.to, outcome, note: promised.note ?? null };
    activation.accept(
      commandEnvelope({
        type: promised.reply,
        input: reply as unknown as Json,
        caller: promised.to,
        id: `${id}/reply`,
        hop: promised.hop,
        internal: true,
        answer: (answer: Committed<Answer> | Unstored) => {
          if ('unstored' in answer) this.failed(activation, id, answer.unstored.message);
        },
      }),
    );
  }

  private failed(activation: Activation, id: string, error: string): void {
    const now = this.clock.now();
    const letter = activation.outbox.failed(id, error, now);
    const sending = activation.outbox.get(id);
    if (sending) this.alarms.set(activation, sending.next);
    if (!letter) return;
    const { to, type } = letter.promised;
    const { attempts } = letter;
    this.host.deadLetter({ id, from: activation.id, to, type, since: now, attempts, lastError: error });
    const text = `${type} to ${to} was tried ${attempts} times: ${error}`;
    this.host.report({ what: 'dead_letter', actor: activation.id, commandId: id, text });
  }
}

/**
 * Messages between actors: each that an actor handled was promised to it in just these words, each reply that came
 * back is the one that was given, nothing came before its time. The words are compared by the entry's hash, which
 * covers who asked and what.
 *
 * A promise that nobody handled is open: that is no difference, but what is in transit must wait for one.
 */
import { createHash } from 'node:crypto';

import type { ActorId, Entry, Json, Outcome, Promised } from '../../store/ports.js';
import type { Findings } from './findings.js';
import type { Slice } from './slice.js';

/** What is known of one message until all of it is. */
interface Known {
  promise?: Pick<Promised, 'to' | 'type' | 'input' | 'due' | 'reply' | 'note'>;
  /** The entry that handled it. */
  handled?: { readonly actor: ActorId; readonly seq: number; readonly at: number } & Words;
  outcome?: Outcome;
  /** The sender's entry that handled the reply. */
  replied?: { readonly seq: number } & Words;
  /** The sender needs it no more. */
  closed?: boolean;
}

type Words = { readonly caller: string; readonly type: string; readonly hash: string };

/** A promise that is not fulfilled yet. */
export interface OpenPromise {
  readonly id: string;
  readonly from: ActorId;
  readonly to: ActorId;
  readonly type: string;
  readonly input: Json;
  /** Whether its receiver has handled it, and only the reply is out. */
  readonly handled: boolean;
}

/** An outside system's part is not in the journal. */
const OUTSIDE = 'effect:';
const MESSAGE = /^(?<caller>[^:/]+:[^:/]+):(?<id>(?<sender>[^/]+)\/\d+\/\d+)(?<reply>\/reply)?$/;

export class Messages {
  private readonly known = new Map<string, Known>();
  /** Promises that the present actor closed. */
  private closed: string[] = [];

  constructor(
    private readonly slice: Slice,
    private readonly findings: Findings,
  ) {}

  /** Messages that are remembered. */
  get size(): number {
    return this.known.size;
  }

  /** Forgets what the slice no longer watches. */
  trim(): void {
    for (const id of this.known.keys()) if (!this.slice.has(id)) this.known.delete(id);
  }

  take(entry: Entry): void {
    this.takeCommand(entry);
    const { actor, seq, outbox, closes } = entry;
    outbox.forEach(({ to, type, input, due, reply, note }, n) => {
      this.learn(`${actor}/${seq}/${n}`, {
        promise: { to, type, input, due, ...(reply && { reply }), note: note ?? null },
      });
    });
    for (const id of closes) {
      const known = this.known.get(id);
      if (known) known.closed = true;
      this.closed.push(id);
    }
  }

  /** The actor's last entry has been read: a timer that was closed can no longer come. */
  endActor(): void {
    for (const id of this.closed) {
      const known = this.known.get(id);
      if (known && known.promise?.to === id.slice(0, id.indexOf('/'))) this.known.delete(id);
    }
    this.closed = [];
  }

  /** Promises that are open when all has been read. */
  *open(): IterableIterator<OpenPromise> {
    for (const [id, { promise, handled, replied, closed }] of this.known) {
      if (!promise || closed || replied || (handled && promise.reply === undefined)) continue;
      const from = id.slice(0, id.indexOf('/')) as ActorId;
      yield { id, from, to: promise.to, type: promise.type, input: promise.input, handled: handled !== undefined };
    }
  }

  /** All has been read: what is known of each message must fit. */
  finish(): void {
    for (const [id, known] of this.known) this.judge(id, known);
  }

  private takeCommand({ actor, seq, at, commandId, type, hash, reply }: Entry): void {
    const { caller = '', id = '', sender = '', reply: isReply } = MESSAGE.exec(commandId)?.groups ?? {};
    if (id === '') {
      if (commandId.includes('/')) this.findings.wrong('causality', `${actor}/${seq}`, `${commandId} names no message`);
      return;
    }
    const words = { caller, type, hash };
    if (isReply === undefined && sender === caller)
      this.learn(id, { handled: { actor, seq, at, ...words }, outcome: reply });
    else if (isReply !== undefined && sender === actor) this.learn(id, { replied: { seq, ...words } });
    else this.findings.wrong('causality', `${actor}/${seq}`, `${commandId} is a message of somebody else`);
  }

  private learn(id: string, news: Known): void {
    if (!this.slice.has(id)) return;
    const before = this.known.get(id);
    const known = before ? Object.assign(before, news) : news;
    const { promise, handled, replied } = known;
    // A message of which all is known need not be remembered.
    if (promise && handled && (promise.reply === undefined || replied)) {
      this.judge(id, known);
      this.known.delete(id);
    } else if (!before) this.known.set(id, known);
  }

  private judge(id: string, { promise, handled, outcome, replied }: Known): void {
    const wrong = (text: string) => {
      this.findings.wrong('causality', id, text);
    };
    if (!promise) {
      if (handled) wrong(`${handled.actor}/${handled.seq} handled it, and nobody promised it`);
      else if (replied) wrong(`its reply was handled by entry ${replied.seq}, and nobody promised it`);
      return;
    }
    const { to, type, input, due, reply, note = null } = promise;
    if (handled) {
      if (handled.actor !== to || handled.type !== type)
        wrong(`was for ${to} to ${type}, ${handled.actor} did ${handled.type}`);
      else if (handled.hash !== hashOf(handled.caller, type, input))
        wrong(`${to} handled it in other words than it was sent`);
      if (handled.at < due) wrong(`was handled ${due - handled.at} ms before it was due`);
    }
    if (!replied) return;
    if (replied.caller !== to || replied.type !== reply) wrong(`asked ${to} for ${String(reply)}, got ${replied.type}`);
    else if (to.startsWith(OUTSIDE)) return;
    else if (!outcome) wrong(`its reply was handled, and ${to} never handled it`);
    else if (replied.hash !== hashOf(to, replied.type, { from: to, outcome: outcome as unknown as Json, note })) {
      wrong(`the reply that came back is not the one that ${to} gave`);
    }
  }
}

/** As entries have it: who asked, what, in which words. */
function hashOf(caller: string, type: string, input: Json): string {
  return createHash('sha256')
    .update(`${caller}\n${type}\n${JSON.stringify(input)}`)
    .digest('base64url')
    .slice(0, 22);
}

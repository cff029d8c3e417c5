/**
 * One person or one device at the door: asks under one id until there is an answer, through every crash of the server,
 * and hears its streams. It is the product's own client that asks again and resumes; here is kept what it told.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';

import { connect, NoAnswer, RequestRefused, type Auth, type Client, type Pushed } from '../../src/client/index.js';
import type { RequestName, Requests } from '../../src/client/index.js';
import { Derive } from '../../src/gateway/auth/derive.js';
import { Inbox, type Note } from '../../src/jobs/traffic/inbox.js';
import type { ActorId, Outcome } from '../../src/store/ports.js';
import type { Command, Ledger } from './ledger.js';
import type { Provider } from './provider.js';

/** Codes that say: nothing was decided, ask again with the same id (ENGINE 11). */
const UNDECIDED = new Set(['overloaded', 'too_many_requests', 'too_late', 'unavailable', 'stopping']);
/** How long an answer or a push may take over all crashes, ms. */
const PATIENCE_MS = 120_000;

/** Commands of the load: the actor that decides each stores the very answer that is told. */
type Asked =
  | `sale.${'place' | 'pay' | 'cancel' | 'report'}`
  | `restock.${'checkOut' | 'pay' | 'cancel' | 'accept' | 'ready' | 'handOver'}`
  | 'cart.set'
  | 'goods.load'
  | 'wallet.topUp';

/** Whom a command names. */
interface Named {
  readonly device?: string;
  readonly station?: string;
}

/** Commands that the named device or station decides; all others the caller's own actor. */
const AT_DEVICE = new Set<Asked>(['sale.place', 'sale.pay', 'sale.cancel']);
const AT_STATION = new Set<Asked>(['restock.pay', 'restock.cancel']);

/** What a town of callers shares. */
export interface Door {
  readonly url: string;
  /** The server's token secret, from which it derives ids. */
  readonly secret: string;
  readonly ledger: Ledger;
  readonly provider: Provider;
}

/** A stream that was followed. */
export interface Feed {
  readonly stream: string;
  /** The head when it was first live; all after it must be heard. */
  from: number;
  readonly heard: Pushed[];
  live: boolean;
}

export class Caller {
  readonly feeds: Feed[] = [];
  private readonly client: Client;
  private readonly inbox = new Inbox();

  constructor(
    private readonly door: Door,
    /** `passenger:p_…`. */
    readonly subject: ActorId,
    auth: Auth,
  ) {
    const socket = { reconnectionDelay: 50, reconnectionDelayMax: 250, timeout: PATIENCE_MS };
    this.client = connect(door.url, { auth, withinMs: PATIENCE_MS, socket });
    this.client.onLine(({ state }) => {
      if (state !== 'connected') for (const feed of this.feeds) feed.live = false;
    });
  }

  get key(): string {
    return this.subject.slice(this.subject.indexOf(':') + 1);
  }

  get connected(): boolean {
    return this.client.line.state === 'connected';
  }

  /** Connected, and hears all its streams. */
  get present(): boolean {
    return this.connected && this.feeds.every(({ live }) => live);
  }

  /** Asks for a command that the ledger keeps; who has less patience at first asks again. */
  async ask<N extends Asked>(
    name: N,
    input: Requests[N]['input'],
    patienceMs = PATIENCE_MS,
  ): Promise<Outcome<Requests[N]['output']>> {
    const { ledger } = this.door;
    const id = nanoid();
    const resting = (rests: boolean): void => {
      ledger.rests(command, rests);
    };
    const repeat = () => this.put(name, input, id, resting);
    const command: Command = { actor: this.actorOf(name, input, id), commandId: `${this.subject}:${id}`, name, repeat };
    ledger.asked(command);
    const outcome = await this.put(name, input, id, resting, patienceMs);
    ledger.told(command, outcome);
    return outcome;
  }

  /** Asks for what must succeed and is not part of the load. */
  async must<N extends RequestName>(name: N, input: Requests[N]['input']): Promise<Requests[N]['output']> {
    const outcome = await this.put(name, input, nanoid());
    if (outcome.ok) return outcome.value;
    throw new Error(`${name} of ${this.subject}: ${outcome.error.code}, ${outcome.error.message}`);
  }

  /** Follows a stream from now on; resolves when it is live. */
  follow(stream: string, onPush: (push: Pushed) => void): Promise<void> {
    const feed: Feed = { stream, from: -1, heard: [], live: false };
    this.feeds.push(feed);
    return new Promise((resolve) => {
      this.client.follow(stream, {
        onPush: (push) => {
          feed.heard.push(push);
          onPush(push);
        },
        onLive: (head) => {
          if (feed.from === -1) feed.from = head;
          feed.live = true;
          resolve();
        },
        onLagged: () => {
          this.door.ledger.violation(`${this.subject} lagged on ${stream}`);
        },
        onEnd: ({ code }) => {
          this.door.ledger.violation(`${stream} ended for ${this.subject}: ${code}`);
        },
      });
    });
  }

  /** Keeps a push for whoever waits for it. */
  note(about: string, note: Note): void {
    this.inbox.put(about, note);
  }

  /** The first noted push of one of these names; rejects when it does not come. */
  hear(about: string, ...names: readonly string[]): Promise<Note> {
    return this.inbox.wait(about, names, PATIENCE_MS);
  }

  close(): void {
    this.client.close();
  }

  private async put<N extends RequestName>(
    name: N,
    input: Requests[N]['input'],
    id: string,
    resting: (rests: boolean) => void = () => undefined,
    patienceMs = PATIENCE_MS,
  ): Promise<Outcome<Requests[N]['output']>> {
    for (let withinMs = patienceMs; ; withinMs = PATIENCE_MS) {
      try {
        return { ok: true, value: await this.client.ask(name, input, { id, withinMs }) };
      } catch (error) {
        if (error instanceof NoAnswer && withinMs < PATIENCE_MS) {
          this.door.ledger.putOff('no_answer', undefined);
          continue;
        }
        if (!(error instanceof RequestRefused)) throw error;
        if (!UNDECIDED.has(error.code)) return { ok: false, error: error.refusal };
        this.door.ledger.putOff(error.code, error.retryAfterMs);
        resting(true);
        await pause(error.retryAfterMs ?? 100);
        resting(false);
      }
    }
  }

  /** Who decides a command. */
  private actorOf(name: Asked, input: Named, id: string): ActorId {
    if (name === 'wallet.topUp') return `payment:${new Derive(this.door.secret).id('pay', this.subject, id)}`;
    if (AT_DEVICE.has(name) && input.device !== undefined) return `device:${input.device}`;
    if (AT_STATION.has(name) && input.station !== undefined) return `station:${input.station}`;
    return this.subject;
  }
}

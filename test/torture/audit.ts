/**
 * What a stopped store must hold: everything that was acknowledged, once, as it was told; nothing that is still on its
 * way when all is quiet; every push that a follower should have heard; and what is on the provider's books.
 */
import { actors } from '../../src/actors/index.js';
import type { Pushed } from '../../src/client/index.js';
import { kindOf } from '../../src/actors/runtime/ids.js';
import { atOf, pushesOf } from '../../src/actors/runtime/turn.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { openStore } from '../../src/node/store.js';
import type { Settings } from '../../src/config.js';
import { collections } from '../../src/node/collections.js';
import type { ActorId, Entry, EntryCore, Store } from '../../src/store/ports.js';
import { allOf } from '../support/journal.js';
import type { Feed } from './caller.js';
import { about, text, type Command, type Ledger } from './ledger.js';
import { Money } from './money.js';

/** What a killed server left of the commands that were on their way. */
export interface Autopsy {
  readonly stored: number;
  readonly lost: number;
}

const definitions = new Map(actors(defaultTerms).map((definition) => [definition.kind, definition]));

/** What was told before a server ended, and what was not. */
export interface LastWords {
  readonly answered: readonly Command[];
  readonly inFlight: readonly Command[];
}

/**
 * Looks into the store of a server that ended: `answered` must be in it; of those in flight some are and some are not.
 * @param orderly it was told to stop, and not killed
 */
export async function autopsy(
  settings: Settings,
  { answered, inFlight }: LastWords,
  ledger: Ledger,
  orderly = false,
): Promise<Autopsy> {
  return opened(settings, async (store) => {
    const unexpected = store.warnings.filter((warning) => orderly || !/not stopped in order/.test(warning));
    for (const warning of unexpected) ledger.violation(`the store of an ended server: ${warning}`);
    for (const command of answered) {
      const entry = await store.journal.find(command.actor, command.commandId);
      for (const what of compare(command, entry)) ledger.violation(what);
    }
    let stored = 0;
    for (const { actor, commandId } of inFlight) if (await store.journal.find(actor, commandId)) stored += 1;
    return { stored, lost: inFlight.length - stored };
  });
}

/** Actors of a stopped store whose last entry is not in a snapshot (ENGINE 19). */
export async function withoutSnapshot(settings: Settings): Promise<readonly ActorId[]> {
  return opened(settings, async ({ journal, snapshots }) => {
    const heads = new Map<ActorId, number>();
    for await (const { actor, seq } of journal.scan()) heads.set(actor, seq);
    const without: ActorId[] = [];
    for (const [actor, seq] of heads) if ((await snapshots.latest(actor))?.seq !== seq) without.push(actor);
    return without;
  });
}

/** What the whole journal says. */
export interface Checked {
  readonly entries: number;
  /** Pushes that were heard, each of them once and in order. */
  readonly pushes: number;
  /** Messages that nobody has handled, timers too, and money and goods between two accounts. */
  readonly open: readonly string[];
  /** The last of those messages is due then, ms UTC. */
  readonly openUntil: number;
}

/**
 * Reads everything: {@link Checked}, the money that moved at the provider, and what differs from the answers and the
 * feeds.
 */
export async function auditAll(settings: Settings, answered: readonly Command[], feeds: readonly Feed[]) {
  const violations: string[] = [];
  const acknowledged = new Map(answered.map((command) => [`${command.actor} ${command.commandId}`, command]));
  const streams = new Map<string, Pushed[]>(feeds.map(({ stream }) => [stream, []]));
  const messages = new Messages();
  const money = new Money();
  let entries = 0;
  let actor: ActorId | undefined;
  let handled = new Set<string>();
  await opened(settings, async (store) => {
    for (const warning of store.warnings) violations.push(`after a stop in order: ${warning}`);
    for await (const entry of allOf(store.journal)) {
      entries += 1;
      if (entry.actor !== actor) [actor, handled] = [entry.actor, new Set()];
      if (handled.has(entry.commandId)) violations.push(`${entry.commandId} took effect twice at ${actor}`);
      handled.add(entry.commandId);
      const key = `${entry.actor} ${entry.commandId}`;
      const command = acknowledged.get(key);
      if (command) violations.push(...compare(command, entry));
      acknowledged.delete(key);
      messages.take(entry);
      money.take(entry);
      for (const push of pushesIn(entry)) streams.get(push.stream)?.push(push);
    }
  });
  for (const command of acknowledged.values()) violations.push(...compare(command, undefined));
  for (const feed of feeds) violations.push(...compareFeed(feed, streams.get(feed.stream) ?? []));
  const pushes = feeds.reduce((sum, { heard }) => sum + heard.length, 0);
  return { entries, pushes, open: messages.open(), openUntil: messages.openUntil(), money, violations };
}

/** R5, and B2 at rest: what was promised was handled, and nothing lies between two accounts. */
class Messages {
  /** What each is, by its id, or by that of its reply where one is asked for. */
  private readonly promised = new Map<string, { readonly what: string; readonly due: number }>();
  /** Handled, or closed by their sender: a later report says all that the one before it would have said. */
  private readonly handled = new Set<string>();
  private readonly transit = new Map<string, number>();

  take({ actor, seq, commandId, outbox, closes, moves }: Entry): void {
    for (const id of closes) this.handled.add(id).add(`${id}/reply`);
    // The reconciliation's timer of the next day is always open.
    const promises = actor.startsWith('reconciliation:') ? [] : outbox;
    promises.forEach(({ to, type, reply, due }, n) => {
      const id = `${actor}/${seq}/${n}`;
      this.promised.set(reply === undefined ? id : `${id}/reply`, { what: `${type} to ${to}, ${id}`, due });
    });
    const slash = commandId.indexOf('/');
    // `<caller>:<message>`: a message's id begins with an actor, whose id holds the only other colon.
    if (slash > 0)
      this.handled.add(commandId.slice(commandId.lastIndexOf(':', commandId.lastIndexOf(':', slash) - 1) + 1));
    for (const { from, to, unit, quantity } of moves) {
      this.move(`${from} ${unit}`, -quantity);
      this.move(`${to} ${unit}`, quantity);
    }
  }

  open(): readonly string[] {
    const open = this.unhandled().map(({ what }) => what);
    return [...open, ...[...this.transit].map(([account, sum]) => `${sum} on ${account}`)];
  }

  openUntil(): number {
    return this.unhandled().reduce((latest, { due }) => Math.max(latest, due), 0);
  }

  private unhandled() {
    return [...this.promised].filter(([id]) => !this.handled.has(id)).map(([, promise]) => promise);
  }

  private move(account: string, quantity: number): void {
    if (!account.startsWith('transit/')) return;
    const sum = (this.transit.get(account) ?? 0) + quantity;
    if (sum === 0) this.transit.delete(account);
    else this.transit.set(account, sum);
  }
}

function pushesIn(entry: Entry): readonly Pushed[] {
  const definition = definitions.get(kindOf(entry.actor));
  if (!definition) throw new Error(`no kind of ${entry.actor}`);
  return pushesOf(definition, entry, atOf(entry)).map(({ channel, name, data }) => {
    return { stream: `${entry.actor}/${channel}`, seq: entry.seq, prev: entry.pushes[channel] ?? 0, name, data };
  });
}

/** R4: what was told is what is stored. */
function compare(command: Command, entry: EntryCore | undefined): readonly string[] {
  if (!entry) return [`${about(command)} was told ${text(command.outcome)}, and is not in the journal`];
  if (text(entry.reply) === text(command.outcome)) return [];
  return [`${about(command)} was told ${text(command.outcome)}, and ${text(entry.reply)} is stored`];
}

/** ENGINE 20: nothing missed, nothing twice, all in order. */
function compareFeed({ stream, from, heard }: Feed, told: readonly Pushed[]): readonly string[] {
  const expected = told.filter(({ seq }) => seq > from);
  if (text(heard) === text(expected)) return [];
  const first = expected.findIndex((push, i) => text(push) !== text(heard[i]));
  const at = first === -1 ? expected.length : first;
  const count = `${heard.length} of ${expected.length} pushes were heard`;
  return [`${stream}: ${count}; the first other one is ${text(heard[at])}, not ${text(expected[at])}`];
}

async function opened<T>(settings: Settings, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(settings, { collections, say: () => undefined });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

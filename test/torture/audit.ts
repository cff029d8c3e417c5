/**
 * What a stopped store must hold: everything that was acknowledged, once, as it was told; nothing that is still on its
 * way when all is quiet; and every push that a follower should have heard.
 */
import { actors } from '../../src/actors/index.js';
import type { Pushed } from '../../src/client/index.js';
import { kindOf } from '../../src/actors/runtime/memory.js';
import { pushesOf } from '../../src/actors/runtime/turn.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { collections } from '../../src/server.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import type { ActorId, Entry, Store } from '../../src/store/ports.js';
import type { Feed } from './caller.js';
import { about, text, type Command, type Ledger } from './ledger.js';

/** What a killed server left of the commands that were on their way. */
export interface Autopsy {
  readonly stored: number;
  readonly lost: number;
}

const definitions = new Map(actors(defaultTerms).map((definition) => [definition.kind, definition]));

/** Looks into the store of a killed server: `answered` must be in it; of those in flight some are and some are not. */
export async function autopsy(
  folder: string,
  answered: readonly Command[],
  inFlight: readonly Command[],
  ledger: Ledger,
): Promise<Autopsy> {
  return opened(folder, async (store) => {
    for (const warning of store.warnings) if (!/not stopped in order/.test(warning)) ledger.violation(warning);
    for (const command of answered) {
      compare(command, await store.journal.find(command.actor, command.commandId), ledger);
    }
    let stored = 0;
    for (const { actor, commandId } of inFlight) if (await store.journal.find(actor, commandId)) stored += 1;
    return { stored, lost: inFlight.length - stored };
  });
}

/** What the whole journal says when all is quiet. */
export interface Checked {
  readonly entries: number;
  /** Pushes that were heard, each of them once and in order. */
  readonly pushes: number;
  /** Messages whose receiver has not handled them, timers aside. */
  readonly open: readonly string[];
}

/** Reads everything. What differs from the ledger and the feeds becomes a violation. */
export async function auditAll(folder: string, ledger: Ledger, feeds: readonly Feed[]): Promise<Checked> {
  const acknowledged = new Map(ledger.answered.map((command) => [`${command.actor} ${command.commandId}`, command]));
  const streams = new Map<string, Pushed[]>(feeds.map(({ stream }) => [stream, []]));
  const messages = new Messages();
  let entries = 0;
  let actor: ActorId | undefined;
  let handled = new Set<string>();
  await opened(folder, async (store) => {
    for (const warning of store.warnings) ledger.violation(`after a stop in order: ${warning}`);
    for await (const entry of store.journal.scan()) {
      entries += 1;
      if (entry.actor !== actor) [actor, handled] = [entry.actor, new Set()];
      if (handled.has(entry.commandId)) ledger.violation(`${entry.commandId} took effect twice at ${actor}`);
      handled.add(entry.commandId);
      const key = `${entry.actor} ${entry.commandId}`;
      const command = acknowledged.get(key);
      if (command) compare(command, entry, ledger);
      acknowledged.delete(key);
      messages.take(entry);
      for (const push of pushesIn(entry)) streams.get(push.stream)?.push(push);
    }
  });
  for (const command of acknowledged.values()) compare(command, undefined, ledger);
  for (const feed of feeds) compareFeed(feed, streams.get(feed.stream) ?? [], ledger);
  return { entries, pushes: feeds.reduce((sum, { heard }) => sum + heard.length, 0), open: messages.open() };
}

/** R5, and B2 at rest: what was promised was handled, and nothing lies between two accounts. */
class Messages {
  /** What each is, by its id, or by that of its reply where one is asked for. */
  private readonly promised = new Map<string, string>();
  /** Handled, or closed by their sender: a later report says all that the one before it would have said. */
  private readonly handled = new Set<string>();
  private readonly transit = new Map<string, number>();

  take({ actor, seq, commandId, outbox, closes, moves }: Entry): void {
    for (const id of closes) this.handled.add(id).add(`${id}/reply`);
    outbox.forEach(({ to, type, reply }, n) => {
      const id = `${actor}/${seq}/${n}`;
      if (to !== actor) this.promised.set(reply === undefined ? id : `${id}/reply`, `${type} to ${to}, ${id}`);
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
    const open = [...this.promised].filter(([id]) => !this.handled.has(id)).map(([, what]) => what);
    return [...open, ...[...this.transit].map(([account, sum]) => `${sum} on ${account}`)];
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
  return pushesOf(definition, entry).map(({ channel, name, data }) => {
    return { stream: `${entry.actor}/${channel}`, seq: entry.seq, prev: entry.pushes[channel] ?? 0, name, data };
  });
}

/** R4: what was told is what is stored. */
function compare(command: Command, entry: Entry | undefined, ledger: Ledger): void {
  if (!entry) ledger.violation(`${about(command)} was acknowledged and is not in the journal`);
  else if (text(entry.reply) !== text(command.outcome)) {
    ledger.violation(`${about(command)} was told ${text(command.outcome)}, and ${text(entry.reply)} is stored`);
  }
}

/** ENGINE 20: nothing missed, nothing twice, all in order. */
function compareFeed({ stream, from, heard }: Feed, told: readonly Pushed[], ledger: Ledger): void {
  const expected = told.filter(({ seq }) => seq > from);
  if (text(heard) === text(expected)) return;
  const first = expected.findIndex((push, i) => text(push) !== text(heard[i]));
  const at = first === -1 ? expected.length : first;
  ledger.violation(
    `${stream}: ${heard.length} of ${expected.length} pushes were heard; the first other one is ` +
      `${text(heard[at])}, not ${text(expected[at])}`,
  );
}

async function opened<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openEmbedded(folder, { collections });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

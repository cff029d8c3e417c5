/**
 * What must hold in a world when all is quiet again, whatever went wrong on the way.
 */
import { isDeepStrictEqual } from 'node:util';

import type { DeviceState } from '../../src/actors/device/state.js';
import type { PushBody } from '../../src/actors/runtime/definition.js';
import { readPast } from '../../src/actors/runtime/loading.js';
import { kindOf } from '../../src/actors/runtime/ids.js';
import { Memory } from '../../src/actors/runtime/memory.js';
import { atOf, pushesOf } from '../../src/actors/runtime/turn.js';
import { catchUpViews, readerOf } from '../../src/jobs/stopped.js';
import { verify } from '../../src/jobs/verify/index.js';
import type { ActorId, Entry } from '../../src/store/ports.js';
import { oneHistory, promises } from './promises.js';
import type { World } from './world.js';

/** What fell due this short before the end, by clocks that differ, may still be on its way, ms. */
const LATELY_MS = 600_000;

/** Adds what it finds to the world's ledger. */
export async function audit(world: World): Promise<void> {
  const { ledger, clock } = world;
  const entries = await clock.settle(world.entries());
  ledger.audit(entries);
  for (const problem of world.problems) {
    if (['parked', 'dead_letter', 'chain_too_long', 'decision_failed'].includes(problem.what)) {
      const why = problem.error instanceof Error ? ` ${problem.error.message}` : '';
      ledger.violation(`${problem.what}: ${problem.text}${why}`);
    }
  }
  books(world, entries);
  promises(ledger, entries, clock.now() - LATELY_MS);
  for (const [actor, own] of byActor(entries)) {
    oneHistory(ledger, actor, own);
    await history(world, actor, own);
  }
  await verified(world);
}

/** What `backseat verify` finds, which shares no code with what it audits: books, orders, states, rankings, views. */
async function verified({ ledger, clock, definitions, store, archivist }: World): Promise<void> {
  const handle = store.open();
  const { journal, views } = handle;
  try {
    await clock.settle(catchUpViews(handle, definitions));
    const read = readerOf(handle, definitions, clock.now());
    const { differences } = await clock.settle(verify({ journal, views, read, archives: archivist }));
    for (const { room, where, text } of differences) ledger.violation(`verify: ${room} ${where}: ${text}`);
  } catch (error) {
    ledger.violation(`verify ended: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function byActor(entries: readonly Entry[]): ReadonlyMap<ActorId, readonly Entry[]> {
  const histories = new Map<ActorId, Entry[]>();
  for (const entry of entries) {
    const known = histories.get(entry.actor);
    if (known) known.push(entry);
    else histories.set(entry.actor, [entry]);
  }
  return histories;
}

/** B2: nothing is below zero but the world outside, nothing is left on its way, and the provider's books agree. */
function books({ ledger, provider }: World, entries: readonly Entry[]): void {
  const sums = new Map<string, number>();
  for (const { from, to, unit, quantity } of entries.flatMap(({ moves }) => moves)) {
    sums.set(`${from} ${unit}`, (sums.get(`${from} ${unit}`) ?? 0) - quantity);
    sums.set(`${to} ${unit}`, (sums.get(`${to} ${unit}`) ?? 0) + quantity);
  }
  for (const [account, sum] of sums) {
    if (sum < 0 && !account.startsWith('world/')) ledger.violation(`B2: ${account} is ${sum}`);
    if (sum !== 0 && account.startsWith('transit/')) ledger.violation(`B2: ${sum} is left on ${account}`);
  }
  for (const [currency, kept] of provider.kept) {
    const came = -(sums.get(`world/sandbox ${currency}`) ?? 0);
    if (kept !== came) ledger.violation(`B2: the provider keeps ${kept} ${currency}, and ${came} came from it`);
  }
}

/** R6 and B3 of one actor: contiguous, refolded bit for bit, nothing but timers open, counters that add up. */
async function history(world: World, actor: ActorId, entries: readonly Entry[]): Promise<void> {
  const { ledger, clock } = world;
  const definition = world.definitions.find(({ kind }) => kind === kindOf(actor));
  if (!definition) throw new Error(`no kind of ${actor}`);
  const memory = new Memory(definition, actor, 1);
  try {
    for (const entry of entries) memory.fold(entry);
    const told = entries.flatMap((entry) =>
      pushesOf(definition, entry, atOf(entry)).map((body) => pushText(entry, body)),
    );
    pushes(world, actor, new Set(told));
    const past = await clock.settle(readPast(world.store.open(), definition, actor, 1));
    if (!isDeepStrictEqual(past.memory.state, memory.state)) {
      ledger.violation(`R6: ${actor} has another state by its snapshot than by its entries`);
    }
  } catch (error) {
    ledger.violation(`R6: ${actor} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  if (kindOf(actor) === 'device') sales(world, actor, memory.state as DeviceState);
}

/** ENGINE 20: what was told live is what is told again. */
function pushes({ ledger, heard }: World, actor: ActorId, told: ReadonlySet<string>): void {
  for (const { stream, seq, name, data } of heard) {
    if (!stream.startsWith(`${actor}/`)) continue;
    const text = JSON.stringify([stream, seq, name, data]);
    if (!told.has(text)) ledger.violation(`ENGINE 20: ${text} was pushed, and its entry says otherwise`);
  }
}

function pushText({ actor, seq }: Entry, { channel, name, data }: PushBody): string {
  return JSON.stringify([`${actor}/${channel}`, seq, name, data]);
}

/** B3: placed = settled + refunded + cancelled + open, and at the end nothing is open; stock within its bounds. */
function sales({ ledger }: World, actor: ActorId, { counters, slots, sales: open }: DeviceState): void {
  const { placed, settled, refunded, cancelled } = counters;
  if (placed !== settled + refunded + cancelled + counters.open || counters.open !== Object.keys(open).length) {
    ledger.violation(`B3: ${actor} counts ${JSON.stringify(counters)}`);
  }
  if (counters.open > 0) ledger.violation(`${actor} has ${counters.open} sales open when all is quiet`);
  for (const [slot, { reserved, count, capacity }] of Object.entries(slots)) {
    if (reserved < 0 || reserved > count || count > capacity) {
      ledger.violation(`B3: slot ${slot} of ${actor} has ${reserved} reserved of ${count} in ${capacity}`);
    }
  }
}

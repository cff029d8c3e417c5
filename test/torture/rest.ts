/**
 * How a town comes to rest, and what must hold then: all that was told is stored, all that was promised is kept, all
 * that was paid is settled, and the books balance.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { auditFolder } from '../../src/commands/verify.js';
import { auditAll, type Checked } from './audit.js';
import type { Ledger } from './ledger.js';
import type { Downtime, Settled } from './money.js';
import type { Provider } from './provider.js';
import { reconciled } from './reconciled.js';
import type { Stand } from './stand.js';
import type { Town } from './town.js';
import { until } from '../support/until.js';

/** Between two looks whether anything moves, ms; longer than the pause before a message is sent again. */
const STILL_MS = 400;
/** Times that the town is looked at, with a restart before each but the first, until nothing is open. */
const CHANCES = 5;
/** A promise that is due later than this is not waited for, ms. */
const SOON_MS = 10_000;

/** What a town at rest was held to. */
export interface Rest extends Checked {
  readonly money: Settled;
  /** Payments that no call-back told of in time: the reconciliation found them. */
  readonly reconciled: number;
  /** Differences that `verify` found. */
  readonly differences: number;
}

/** What does not hold becomes a violation in the stand's ledger. Ends with the server stopped. */
export async function comeToRest(stand: Stand, downtimes: readonly Downtime[] = []): Promise<Rest> {
  const { town, ledger, provider, settings } = stand;
  town.close();
  await town.idle();
  await until('every paid sale is reported', () => allReported(town));
  await town.idle();
  await until('what nobody paid has expired', () => Date.now() > lastExpiry(ledger));
  await nothingMoves(provider, stand.urls);
  await stand.stop();
  let audited = await audit(stand);
  let asked = 0;
  for (let chance = 1; chance < CHANCES; chance++) {
    const missed = audited.money.missing(await provider.statement());
    if (missed === 0 && !opensSoon(audited)) break;
    const dueAt = audited.openUntil;
    const due = () => until('all that is open is due', () => Date.now() > dueAt);
    if (missed > 0) {
      asked += await reconciled(stand, async (url) => {
        await due();
        await nothingMoves(provider, [url]);
      });
    } else {
      await stand.start();
      await stand.everybodyBack();
      await due();
      await nothingMoves(provider, stand.urls);
      await stand.stop();
    }
    audited = await audit(stand);
  }
  const { money, violations, ...checked } = audited;
  for (const what of violations) ledger.violation(what);
  for (const what of checked.open) ledger.violation(`a promise was not kept: ${what}`);
  const settled = money.compare(await provider.statement(), downtimes, ledger);
  const { found, differences } = await auditFolder(settings);
  for (const { room, where, text } of differences) ledger.violation(`verify: ${room} ${where}: ${text}`);
  return { ...checked, money: settled, reconciled: asked, differences: found };
}

/** Something is still to happen, and can be waited for. */
function opensSoon({ open, openUntil }: Checked): boolean {
  return open.length > 0 && openUntil < Date.now() + SOON_MS;
}

/** Resolves when nothing moves any more at these servers, so all pushes have been heard. */
async function nothingMoves(provider: Provider, urls: readonly string[]): Promise<void> {
  await until('the provider is done', async () => (await provider.callBacks()).pending === 0);
  await until('nothing moves any more', () => still(urls));
}

/** Reads what the servers left. */
function audit({ town, ledger, settings }: Stand) {
  const feeds = town.callers.flatMap((caller) => caller.feeds);
  return auditAll(settings, ledger.answered, feeds);
}

/** When the last order or payment that was told of expires, ms UTC. */
function lastExpiry({ answered }: Ledger): number {
  return answered.reduce((latest, { outcome }) => {
    const { expiresAt = 0 } = outcome?.ok === true ? (outcome.value as { readonly expiresAt?: number }) : {};
    return Math.max(latest, expiresAt);
  }, 0);
}

/** No turn was taken between two looks. */
async function still(urls: readonly string[]): Promise<boolean> {
  const all = async () => (await Promise.all(urls.map((url) => turnsOf(url)))).join('\n');
  const before = await all();
  await pause(STILL_MS);
  return (await all()) === before;
}

/** Turns that a server has taken, as its metrics count them. */
async function turnsOf(url: string): Promise<string> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics
    .split('\n')
    .filter((line) => line.startsWith('backseat_turns_total'))
    .join('\n');
}

async function allReported(town: Town): Promise<boolean> {
  const homes = await Promise.all(town.cars.map(({ box }) => box.must('device.home', { device: box.key })));
  return homes.every(({ dispenses }) => dispenses.length === 0);
}

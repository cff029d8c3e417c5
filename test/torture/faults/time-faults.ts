/** Faults of time: the clock is set, the process stands still. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Ended } from '../one-server.js';
import type { Fault } from './fault.js';
import { BLOCKED_MS, type Ground } from './ground.js';

const HOUR_MS = 3_600_000;
/** Share of the time below which work does not count as one's own. */
const LITTLE = 0.3;
const STOOD_STILL = /stood still for \d+\.\d s, by /;
/** Commands that are sent at once, for each that the server takes at a time. */
const RUSH = 2;
/** Who is in a hurry gives up after this, ms. */
const HURRIED_MS = BLOCKED_MS / 3;
const OWN = /by work of its own$/;
const OTHERS = /stood still for (\d+\.\d) s, by others: it had (\d+\.\d) s of processor time$/;
const BEHIND = /the clock of this machine is behind: entries are up to 3[56]\d\d\.\d s ahead of it/;

export const clock: Fault = {
  name: 'clock',
  happens: 'the clock is set back by an hour, the server killed and started in the past, the clock put right',
  expected: 'everything goes on while it is an hour behind, over a restart too; the log and /health tell',
  async strike(ground) {
    await ground.busy();
    const told = [await ground.tells(() => set(ground, -HOUR_MS), /was set back by 3[56]\d\d\.\d s/)];
    await ground.goesOn();
    let ended: Ended | undefined;
    const restarted = async (): Promise<void> => {
      ended = await ground.restart();
      await ground.goesOn();
    };
    told.push(await ground.tells(restarted, BEHIND));
    told.push(await ground.tells(() => set(ground, 0), /was set forward by 3[56]\d\d\.\d s/));
    await ground.goesOn();
    return { stored: ended?.stored ?? 0, lost: ended?.lost ?? 0, told };
  },
};

async function set({ shim }: Ground, clockMs: number): Promise<void> {
  shim.set('clockMs', clockMs);
}

export const stall: Fault = {
  name: 'stall',
  happens: 'the main thread works 1.5 s without a pause; then the process is stopped for 3 s',
  expected:
    'nobody is disconnected; of many that ask meanwhile some are told that it is overloaded, and when to ask again, and each is done once; the log and /health tell for how long, and whose doing it was',
  async strike(ground) {
    const { stand } = ground;
    await ground.busy();
    let rushed: Promise<string> | undefined;
    const blockedAndRushed = async (): Promise<void> => {
      stand.server?.signal('SIGUSR2');
      rushed = rush(ground);
    };
    const told = [await blocked(ground, blockedAndRushed)];
    told.push((await rushed) ?? '');
    await ground.goesOn();
    const stopped = async (): Promise<void> => {
      stand.server?.signal('SIGSTOP');
      await pause(2 * BLOCKED_MS);
      stand.server?.signal('SIGCONT');
    };
    told.push(await ground.tells(stopped, OTHERS));
    await ground.goesOn();
    if (stand.town.callers.some(({ connected }) => !connected)) stand.ledger.violation('a line went down');
    return { stored: 0, lost: 0, told };
  },
};

/** Many ask at once while nobody answers, and do not wait for it: told what became of them. */
async function rush({ stand, asks }: Ground): Promise<string> {
  const { town, ledger } = stand;
  const before = new Map(ledger.putOffs);
  const hurried = town.passengers.flatMap(({ caller, devices }) =>
    Array.from({ length: Math.ceil((RUSH * asks) / town.passengers.length) }, () =>
      caller.ask('sale.place', { device: devices[0] ?? '', lines: [{ slot: 1, units: 1 }] }, HURRIED_MS),
    ),
  );
  await Promise.all(hurried);
  const count = (code: string): number => (ledger.putOffs.get(code) ?? 0) - (before.get(code) ?? 0);
  const [late, refused] = [count('no_answer'), count('overloaded')];
  if (late === 0) ledger.violation('everybody was answered while nobody could be');
  if (refused === 0) ledger.violation(`${hurried.length} commands at once, and none was refused where ${asks} fit`);
  return `${hurried.length} commands at once: ${late} not answered in time, ${refused} times overloaded, each asked again`;
}

/** What is said of a main thread that works on and on. */
async function blocked(ground: Ground, block: () => Promise<void>): Promise<string> {
  const said = await ground.tells(block, STOOD_STILL);
  const [, still = '0', worked = '0'] = OTHERS.exec(said) ?? [];
  // Who gets so little of a busy machine stands still by others, too.
  const byOthers = Number(worked) > 0 && Number(worked) < Number(still) * LITTLE;
  if (!OWN.test(said) && !byOthers) ground.stand.ledger.violation(`work without a pause is told as: ${said}`);
  return said;
}

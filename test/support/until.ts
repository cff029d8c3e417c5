/** Waiting for conditions. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Between two looks, ms; and so many times as long as the last look took, since what is waited for needs the processor
 * too.
 */
const PAUSE_MS = { least: 5, most: 100, perLook: 4 };

/** Resolves when the condition holds; rejects and names it when it does not come to hold. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const last = Date.now() + withinMs;
  for (;;) {
    const began = performance.now();
    if (await holds()) return;
    if (Date.now() > last) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    const took = performance.now() - began;
    await pause(Math.min(Math.max(PAUSE_MS.least, PAUSE_MS.perLook * took), PAUSE_MS.most));
  }
}

/** Waiting for conditions. */
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when the condition holds; rejects and names it when it does not come to hold. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const last = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > last) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await pause(5);
  }
}

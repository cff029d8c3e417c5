/** The pick-up code: six digits that the driver shows and the station types, drawn from the turn's own source (R1). */
import { timingSafeEqual } from 'node:crypto';

import type { Context } from '../runtime/definition.js';

const DIGITS = 6;

export function drawCode(context: Context): string {
  return String(Math.floor(context.random() * 10 ** DIGITS)).padStart(DIGITS, '0');
}

/** Whether the shown code is the right one; takes the same time whatever its digits are. */
export function isCode(right: string, shown: string): boolean {
  const [a, b] = [Buffer.from(right), Buffer.from(shown)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What a settled sale adds to the rankings: of each span the devices, drivers and products, one sorted set each. */
import { periodsOf } from '#built/actors/shared/period.js';
import type { Scores } from './locks.js';

/** The answer to a dispense report. */
export interface Settled {
  readonly driver: string;
  readonly amount: number;
  readonly lines: readonly { readonly product: string }[];
}

/** The sorted sets that grow by a sale of `device` on `day`. */
export function scoresOf(device: string, { driver, amount, lines }: Settled, day: string): Scores {
  const spans = Object.entries(periodsOf(day)).map(([period, key]) => `${period}.${key}`);
  const members = [['devices', device], ['drivers', driver], ...lines.map(({ product }) => ['products', product])];
  return {
    amount,
    pairs: spans.flatMap((span) => members.flatMap(([list, member]) => [`${list}.${span}`, member ?? ''])),
  };
}

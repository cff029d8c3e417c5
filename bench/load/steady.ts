/**
 * Whole things at a steady rate: each is due at its time, however long those before it take, and its own time counts
 * from then. It is done by the first of a number of chains that is free.
 */
import { timesOf, type Times } from '../kit/times.js';

const TICK_MS = 5;

/** Does so many a second for so long; resolves when all have ended. */
export async function steadily(
  { perSecond, forMs, chains }: { readonly perSecond: number; readonly forMs: number; readonly chains: number },
  one: (chain: number) => Promise<unknown>,
): Promise<Times & { readonly perSecond: number }> {
  const [began, count] = [performance.now(), Math.floor((perSecond * forMs) / 1_000)];
  const free = Array.from({ length: chains }, (_, chain) => chain);
  const times: number[] = [];
  let begun = 0;
  let failed: Error | undefined;
  const run = async (chain: number): Promise<void> => {
    const due = (begun++ * 1_000) / perSecond;
    await one(chain);
    times.push(performance.now() - began - due);
    free.push(chain);
  };
  while (times.length < count) {
    if (failed !== undefined) throw failed;
    const due = Math.min(count, Math.floor(((performance.now() - began) * perSecond) / 1_000) + 1);
    while (begun < due) {
      const chain = free.shift();
      if (chain === undefined) break;
      run(chain).catch((error: unknown) => {
        failed = error instanceof Error ? error : new Error(String(error));
      });
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  return { ...timesOf(times), perSecond: (1_000 * count) / (performance.now() - began) };
}

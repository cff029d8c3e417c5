/**
 * The progress bar of a replay: rows done, rate, time left. Where there is no terminal, a line every few seconds.
 */
import { SingleBar } from 'cli-progress';
import type { Survey } from '../jobs/replay/survey.js';
import { castSize } from '../jobs/replay/cast.js';
import type { Progress } from '../jobs/replay/index.js';

/** ms between lines where there is no terminal. */
const LINE_EVERY = 5_000;

/** A bar for one replay; `stop` leaves the terminal in order. */
export function progressBar(found: Survey): Progress & { readonly stop: () => void } {
  const bar = new SingleBar({
    format: '{stage} [{bar}] {percentage}% {done} {rate}, {eta_formatted} left',
    barsize: 30,
    etaBuffer: 200,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY,
  });
  let sales = 0;
  let fixes = 0;
  let began = performance.now();
  const recorded = (): void => {
    const rate = sales / Math.max(0.001, (performance.now() - began) / 1_000);
    bar.update(sales + fixes, {
      done: `${sales}/${found.sales.count} sales, ${fixes}/${found.fixes.count} fixes,`,
      rate: `${rate.toFixed(0)} sales/s`,
    });
  };
  bar.start(castSize(found), 0, { stage: 'coming in', done: '', rate: '' });
  return {
    came: () => {
      bar.increment();
    },
    began: () => {
      bar.stop();
      began = performance.now();
      bar.start(found.sales.count + found.fixes.count, 0, { stage: 'replaying', done: '', rate: '' });
    },
    sale: () => {
      sales += 1;
      recorded();
    },
    fix: () => {
      fixes += 1;
      recorded();
    },
    stop: () => {
      bar.stop();
    },
  };
}

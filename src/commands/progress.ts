/**
 * The progress bar of a replay: rows done, rate, time left. Where there is no terminal, a line every few seconds.
 */
import progress, { type Options, type Params } from 'cli-progress';
import type { Survey } from '../jobs/replay/survey.js';
import { castSize } from '../jobs/replay/cast.js';
import type { Progress } from '../jobs/replay/index.js';

/** ms between lines where there is no terminal. */
const LINE_EVERY = 5_000;

/** What a bar says beside itself. */
interface Stage {
  readonly name: string;
  /** What is done, of what. */
  readonly done: string;
}

/** A bar for one replay; `stop` leaves the terminal in order. */
export function progressBar(found: Survey): Progress & { readonly stop: () => void } {
  const bar = new progress.SingleBar({
    format: line,
    barsize: 30,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY,
  });
  const { sales, fixes } = found;
  const coming = castSize(found);
  const done = { came: 0, sales: 0, fixes: 0 };
  let began = performance.now();
  const start = (total: number, name: string): void => {
    began = performance.now();
    bar.start(total, 0, { name, done: '' } satisfies Stage);
  };
  const recorded = (): void => {
    const rate = Math.round((1_000 * done.sales) / Math.max(1, performance.now() - began));
    const rows = [of(done.sales, sales.count, 'sales'), of(done.fixes, fixes.count, 'fixes'), `${rate} sales/s`];
    bar.update(done.sales + done.fixes, { done: rows.join(', ') });
  };
  start(coming, 'coming in');
  return {
    came() {
      done.came += 1;
      bar.update(done.came, { done: of(done.came, coming, 'stations and people') });
    },
    began() {
      bar.stop();
      start(sales.count + fixes.count, 'replaying');
    },
    sale() {
      done.sales += 1;
      recorded();
    },
    fix() {
      done.fixes += 1;
      recorded();
    },
    stop() {
      bar.stop();
    },
  };
}

function of(done: number, all: number, what: string): string {
  return `${done.toLocaleString('en')} of ${all.toLocaleString('en')} ${what}`;
}

function line(options: Options, { progress: part, startTime }: Params, { name, done }: Stage): string {
  const percent = `${Math.floor(100 * part)} %`.padStart(5);
  const head = `${name.padEnd(9)} [${progress.Format.BarFormat(part, options)}] ${percent}`;
  if (part === 0) return head;
  const left = ((Date.now() - startTime) * (1 - part)) / part;
  return `${head}  ${done}, ${progress.Format.TimeFormat(Math.round(left / 1_000), options, 1)} left`;
}

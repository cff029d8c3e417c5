import t from 'tap';
import { reconcileDaily, type DailyOptions } from '../../src/jobs/daily.js';
import type { PaymentProvider } from '../../src/gateway/payments/provider.js';

const HOUR = 3_600_000;
/** Noon of 2026-11-21 in Shanghai. */
const noon = Date.UTC(2026, 10, 21, 4);

/** A clock in the test's hand, with one timer. */
function manualClock(now: number) {
  let timer: { at: number; run: () => void } | undefined;
  return {
    now: () => now,
    after: (ms: number, run: () => void) => {
      const own = { at: now + ms, run };
      timer = own;
      return () => {
        if (timer === own) timer = undefined;
      };
    },
    async advance(ms: number) {
      now += ms;
      while (timer && timer.at <= now) {
        const { run } = timer;
        timer = undefined;
        run();
      }
      for (let i = 0; i < 50; i++) await Promise.resolve();
    },
  };
}

function stage(skipFirst: boolean, statement: (day: string) => ReturnType<PaymentProvider['statement']>, now = noon) {
  const days: string[] = [];
  const lines: string[] = [];
  const clock = manualClock(now);
  const log = (_about: object, text: string) => void lines.push(text);
  const asking = (day: string) => {
    days.push(day);
    return statement(day);
  };
  const provider = { name: 'sandbox', statement: asking } as PaymentProvider;
  const options: DailyOptions = {
    providers: { sandbox: provider },
    zone: 'Asia/Shanghai',
    clock,
    skipFirst,
    engine: { ask: () => Promise.resolve({ unstored: { code: 'unavailable', message: 'not here' } }) },
    views: { get: () => Promise.resolve(undefined), find: () => Promise.resolve({ rows: [] }) },
    log: { info: log, warn: log, error: log } as unknown as DailyOptions['log'],
  };
  return { stop: reconcileDaily(options), clock, days, lines };
}

t.test('each business day is reconciled once, half an hour after its midnight', async (t) => {
  const { stop, clock, days, lines } = stage(true, async () => []);
  await clock.advance(24 * HOUR + 12 * HOUR + 29 * 60_000);
  t.same(days, []);
  await clock.advance(60_000);
  t.same(days, ['2026-11-22']);
  t.same(lines, ['reconciled the day']);
  await clock.advance(24 * HOUR);
  t.same(days, ['2026-11-22', '2026-11-23']);
  stop();
  await clock.advance(48 * HOUR);
  t.equal(days.length, 2, 'not after it was stopped');
});

t.test('a node that starts reconciles the days that the one before it may have missed', async (t) => {
  const { stop, clock, days } = stage(false, async () => []);
  await clock.advance(0);
  t.same(days, ['2026-11-19', '2026-11-20']);
  await clock.advance(13 * HOUR);
  t.same(days, ['2026-11-19', '2026-11-20', '2026-11-21']);
  stop();
  const early = stage(false, async () => [], noon - 12 * HOUR + 60_000);
  await early.clock.advance(28 * 60_000);
  t.same(early.days, ['2026-11-19'], 'no day sooner than half an hour after its midnight');
  await early.clock.advance(60_000);
  t.same(early.days, ['2026-11-19', '2026-11-20']);
  early.stop();
});

t.test('the day of the start is left out where the provider began with the node', async (t) => {
  const { stop, clock, days } = stage(true, async () => []);
  await clock.advance(24 * HOUR);
  t.same(days, []);
  await clock.advance(24 * HOUR);
  t.same(days, ['2026-11-22']);
  stop();
});

t.test('what differs is told, and a day that cannot be reconciled does not stop the next', async (t) => {
  const line = { kind: 'payment', id: 'sb_1', order: 'pay_1', amount: 100, currency: 'CNY', at: noon } as const;
  const { stop, clock, days, lines } = stage(false, async (day) => {
    if (day === '2026-11-21') throw new Error('no statement');
    return [line];
  });
  await clock.advance(0);
  lines.length = days.length = 0;
  await clock.advance(13 * HOUR);
  t.same(lines, ['the day could not be reconciled']);
  await clock.advance(24 * HOUR);
  t.same(days, ['2026-11-21', '2026-11-22']);
  t.same(lines.slice(1), ['a payment differs from the statement', 'reconciled the day']);
  stop();
});

t.test('a day that a stop cuts short is no error', async (t) => {
  let fail: (error: Error) => void = () => undefined;
  const { stop, clock, lines } = stage(false, () => new Promise((_resolve, reject) => (fail = reject)));
  await clock.advance(0);
  stop();
  fail(new Error('the store is closed'));
  await clock.advance(0);
  t.same(lines, []);
});

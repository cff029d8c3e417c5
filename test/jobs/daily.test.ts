/** The daily reconciliation: when it is done, what is made of what it finds, what happens when it fails. */
import t from 'tap';

import { BEGINS, type Progress } from '../../src/actors/reconciliation/commands.js';
import { reconciliationActor } from '../../src/actors/reconciliation/index.js';
import type { PaymentProvider } from '../../src/gateway/payments/provider.js';
import { beginReconciliation, reconciliationEffect, type DailyTools } from '../../src/jobs/daily.js';
import type { Outcome } from '../../src/store/ports.js';
import { Stage } from '../support/stage.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Noon of 2026-11-21 in Shanghai. */
const noon = Date.UTC(2026, 10, 21, 4);
const zone = 'Asia/Shanghai';
const actor = 'reconciliation:sandbox';
const line = { kind: 'payment', id: 'sb_1', order: 'pay_1', amount: 100, currency: 'CNY', at: noon } as const;

type Statement = (day: string) => ReturnType<PaymentProvider['statement']>;

/** The effect's tools, what was asked for, and what the operator was told. */
function tools(statement: Statement) {
  const days: string[] = [];
  const lines: string[] = [];
  const checks: string[] = [];
  const log = (_about: object, text: string) => void lines.push(text);
  const asking = (day: string) => {
    days.push(day);
    return statement(day);
  };
  const given: DailyTools = {
    zone,
    providers: { sandbox: { name: 'sandbox', statement: asking } as PaymentProvider },
    engine: {
      ask: ({ to }) => {
        checks.push(to);
        return Promise.resolve({ unstored: { code: 'unavailable', message: 'not here' } });
      },
    },
    views: { get: async (_name, id) => (id === 'pay_1' ? { lines: [] } : undefined), find: async () => ({ rows: [] }) },
    log: { info: log, warn: log, error: log } as unknown as DailyTools['log'],
  };
  return { given, days, lines, checks };
}

function stage(statement: Statement, now = noon) {
  const { given, ...seen } = tools(statement);
  const effect = reconciliationEffect(given);
  const { signal } = new AbortController();
  const stage = new Stage([reconciliationActor({ zone })], now, {
    reconciliation: (type, input, id) => effect(type, input, id, signal),
  });
  const begin = (fresh: boolean, id?: string): Promise<Outcome> => stage.ask(actor, 'begin', { fresh }, BEGINS, id);
  return { ...seen, stage, begin, progress: () => stage.read(actor, 'progress') as Progress };
}

t.test('each business day is reconciled once, half an hour after its midnight', async (t) => {
  const { stage: town, begin, days, lines } = stage(async () => []);
  await begin(false);
  await town.advance(12 * HOUR + 29 * MINUTE);
  t.same(days, []);
  await town.advance(MINUTE);
  t.same(days, ['2026-11-21']);
  t.same(lines, ['reconciled the day']);
  await town.advance(24 * HOUR);
  t.same(days, ['2026-11-21', '2026-11-22']);
});

t.test('nobody but the effect says what a comparison found', async (t) => {
  const { stage: town, begin, progress } = stage(async () => []);
  await begin(false);
  const value = { compared: 1, differences: 0, asked: 0 };
  const made = { from: 'effect:reconciliation', outcome: { ok: true, value }, note: { day: '2026-11-21' } };
  const told = await town.ask(actor, 'answered', made, 'system:reconciliation');
  t.match(told, { ok: false, error: { code: 'not_allowed' } });
  t.equal(progress().last, null);
});

t.test('however many nodes begin it, and however often, a day is reconciled once', async (t) => {
  const { stage: town, begin, days } = stage(async () => []);
  for (let node = 0; node < 3; node++) t.match(await begin(false), { ok: true, value: { day: '2026-11-21' } });
  await town.advance(20 * HOUR);
  await begin(false);
  await town.advance(20 * HOUR);
  t.same(days, ['2026-11-21', '2026-11-22']);
});

t.test('days that nobody was there for are made up for, one after the other', async (t) => {
  const { stage: town, begin, days } = stage(async () => []);
  await begin(false);
  town.now += 72 * HOUR;
  await begin(false);
  t.same(days, ['2026-11-21', '2026-11-22', '2026-11-23']);
});

t.test('where the provider began with the node, the day of the start and those before are left out', async (t) => {
  const { stage: town, begin, days } = stage(async () => []);
  await begin(true);
  await town.advance(24 * HOUR);
  t.same(days, []);
  await town.advance(HOUR);
  await begin(true);
  await town.advance(23 * HOUR);
  t.same(days, [], 'it began anew');
  await town.advance(24 * HOUR);
  t.same(days, ['2026-11-23']);
});

t.test('a statement that cannot be had is asked for again after growing pauses, and the next day waits', async (t) => {
  let there = false;
  const {
    stage: town,
    begin,
    days,
    lines,
    progress,
  } = stage(async () => {
    if (!there) throw new Error('no statement');
    return [];
  });
  await begin(false);
  await town.advance(12 * HOUR + 30 * MINUTE);
  t.equal(days.length, 1);
  const tries: number[] = [];
  for (let minute = 1; minute <= 240; minute++) {
    const before = days.length;
    await town.advance(MINUTE);
    if (days.length > before) tries.push(minute);
  }
  t.same(tries, [1, 3, 7, 15, 31, 63, 123, 183]);
  t.match(progress(), { awaited: { day: '2026-11-21' }, tries: 9, last: null });
  await town.advance(48 * HOUR);
  t.same([...new Set(days)], ['2026-11-21']);
  there = true;
  await town.advance(HOUR);
  t.same([...new Set(days)], ['2026-11-21', '2026-11-22', '2026-11-23']);
  t.match(progress(), { awaited: { day: '2026-11-24' }, tries: 0, last: { day: '2026-11-23' } });
  t.same([...new Set(lines)], ['the day could not be reconciled; it is tried again', 'reconciled the day']);
});

t.test('what differs is told, and a payment that missed a call-back asks again', async (t) => {
  const { stage: town, begin, lines, checks, progress } = stage(async () => [line]);
  await begin(false);
  await town.advance(13 * HOUR);
  t.same(lines, ['a payment differs from the statement', 'reconciled the day']);
  t.same(checks, ['payment:pay_1']);
  t.match(progress().last, { day: '2026-11-21', compared: 1, differences: 1, asked: 1 });
});

t.test('nobody but a node begins it, and nobody but its timer starts a comparison', async (t) => {
  const { stage: town, days } = stage(async () => []);
  for (const type of ['begin', 'compare']) {
    const input = type === 'begin' ? { fresh: false } : null;
    t.match(await town.ask(actor, type, input, 'platform:admin'), { ok: false, error: { code: 'not_allowed' } });
  }
  t.same(days, []);
});

t.test('an effect that is sent again while it runs is worked on once', async (t) => {
  let answer: (lines: []) => void = () => undefined;
  const { given, days } = tools(() => new Promise((resolve) => (answer = resolve)));
  const effect = reconciliationEffect(given);
  const input = { provider: 'sandbox', day: '2026-11-21' };
  const { signal } = new AbortController();
  const both = ['one', 'one'].map((id) => effect('compare', input, id, signal));
  answer([]);
  t.match(await Promise.all(both), [{ ok: true }, { ok: true }]);
  t.equal(days.length, 1);
});

t.test('a day that a stop cuts short is no error, and is left to the next node', async (t) => {
  let fail: (error: Error) => void = () => undefined;
  const { given, lines } = tools(() => new Promise((_resolve, reject) => (fail = reject)));
  const stop = new AbortController();
  const input = { provider: 'sandbox', day: '2026-11-21' };
  const running = reconciliationEffect(given)('compare', input, 'one', stop.signal);
  stop.abort();
  fail(new Error('the store is closed'));
  await t.rejects(running, { message: 'the store is closed' });
  t.same(lines, []);
});

t.test('a node begins it with every provider, under one id for all nodes and starts', async (t) => {
  const { given } = tools(async () => []);
  const asked: unknown[] = [];
  const engine: DailyTools['engine'] = {
    ask: (ask) => {
      asked.push(ask);
      return Promise.resolve({ unstored: { code: 'unavailable', message: 'not here' } });
    },
  };
  await beginReconciliation({ ...given, engine }, false, noon);
  await beginReconciliation({ ...given, engine }, true, noon);
  const common = { to: actor, type: 'begin', caller: BEGINS };
  t.match(asked, [
    { ...common, input: { fresh: false }, id: 'begin' },
    { ...common, input: { fresh: true }, id: 'fresh-2026-11-21' },
  ]);
});

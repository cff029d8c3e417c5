/** The provider's statement and our payments, and each way in which they may differ. */
import t from 'tap';

import type { ProviderStatementLine } from '../../src/gateway/payments/provider.js';
import { askAgain, reconcile, type Reconciliation } from '../../src/jobs/reconciliation.js';
import { businessDay } from '../../src/actors/shared/period.js';
import type { PaymentFields, ProviderLine } from '../../src/actors/payment/views.js';
import { paymentsCollection } from '../../src/actors/payment/views.js';
import { SimulatedStore } from '../../src/store/simulated/index.js';
import { Counter, terms } from '../support/counter.js';
import { until } from '../support/until.js';

const zone = 'Asia/Shanghai';
const day = '2026-11-21';
/** Noon of that day in Shanghai, and ten minutes before its end. */
const noon = Date.UTC(2026, 10, 21, 4);
const late = Date.UTC(2026, 10, 21, 15, 50);

function line(id: string, change: Partial<ProviderLine> = {}): ProviderLine {
  return { kind: 'payment', id, amount: 500, currency: 'CNY', at: noon, ...change };
}

function theirs(order: string, one: ProviderLine): ProviderStatementLine {
  return { ...one, order };
}

/** Unlike the system's clock it keeps the test alive. */
const clock = { now: Date.now, after: (ms: number, run: () => void) => void setTimeout(run, ms) };

/** Reconciles payments of `ours` (by payment, with the time of the last change) with a statement. */
async function compare(
  ours: Record<string, { readonly changedAt?: number; readonly lines: readonly ProviderLine[] }>,
  statement: readonly ProviderStatementLine[],
): Promise<Reconciliation> {
  const collections = [paymentsCollection];
  const { views } = new SimulatedStore({ clock, random: () => 0.5, collections }).open();
  const rows = Object.entries(ours).map(([id, { changedAt = noon, lines }]) => {
    const fields: PaymentFields = {
      provider: 'sandbox',
      payer: 'passenger:p_1',
      payee: 'wallet:p_1',
      purpose: 'topUp',
      key: 'p_1',
      amount: 500,
      currency: 'CNY',
      state: 'paid',
      reason: null,
      openedAt: noon,
      changedAt,
      lines,
    };
    return { collection: paymentsCollection.name, id, version: 1, fields };
  });
  await views.apply(rows);
  const provider = { name: 'sandbox', statement: async () => statement };
  return reconcile(day, { provider, views, zone });
}

t.test('two sides that know the same agree', async (t) => {
  const lines = [line('x_1'), line('pay_1.back', { kind: 'refund' })];
  const result = await compare(
    { pay_1: { lines } },
    lines.map((one) => theirs('pay_1', one)),
  );
  t.same(result, { provider: 'sandbox', day, compared: 2, differences: [] });
});

t.test('paid, and no order of that name', async (t) => {
  const lost = theirs('pay_9', line('x_9'));
  t.same((await compare({}, [lost])).differences, [{ kind: 'noOrder', theirs: lost }]);
});

t.test('paid, and the payment does not know it', async (t) => {
  const lost = theirs('pay_1', line('x_1'));
  t.same((await compare({ pay_1: { lines: [] } }, [lost])).differences, [
    { kind: 'notHere', payment: 'pay_1', theirs: lost },
  ]);
});

t.test('paid here, and not at the provider', async (t) => {
  const ours = line('x_1');
  t.same((await compare({ pay_1: { lines: [ours] } }, [])).differences, [{ kind: 'notThere', payment: 'pay_1', ours }]);
});

t.test('amounts or currencies that differ', async (t) => {
  for (const change of [{ amount: 499 }, { currency: 'EUR' }]) {
    const ours = line('x_1');
    const other = theirs('pay_1', line('x_1', change));
    t.same((await compare({ pay_1: { lines: [ours] } }, [other])).differences, [
      { kind: 'amountDiffers', payment: 'pay_1', ours, theirs: other },
    ]);
  }
});

t.test('a refund is told from a payment of the same name, and a payment from that of another order', async (t) => {
  const ours = line('x_1', { kind: 'refund' });
  const paid = theirs('pay_1', line('x_1'));
  t.same(
    (await compare({ pay_1: { lines: [ours] } }, [paid])).differences.map(({ kind }) => kind),
    ['notHere', 'notThere'],
  );
  const other = theirs('pay_2', line('x_1', { kind: 'refund' }));
  t.same(
    (await compare({ pay_1: { lines: [ours] }, pay_2: { lines: [] } }, [other])).differences.map(({ kind }) => kind),
    ['notHere', 'notThere'],
  );
});

t.test('a day is a business day: lines of the day before and after are of other statements', async (t) => {
  const before = line('x_0', { at: Date.UTC(2026, 10, 20, 15, 59) });
  const last = line('x_1', { at: late });
  const after = line('x_2', { at: Date.UTC(2026, 10, 21, 16) });
  const ours = { pay_1: { changedAt: after.at, lines: [before, last, after] } };
  t.same((await compare(ours, [theirs('pay_1', last)])).differences, []);
  t.same((await compare(ours, [])).differences, [{ kind: 'notThere', payment: 'pay_1', ours: last }]);
});

t.test('every page of the view is looked at', async (t) => {
  const ids = Array.from({ length: 1100 }, (_, n) => `pay_${n}`);
  const ours = Object.fromEntries(ids.map((id) => [id, { lines: [line(`x_${id}`)] }]));
  t.same(
    (
      await compare(
        ours,
        ids.map((id) => theirs(id, line(`x_${id}`))),
      )
    ).differences,
    [],
  );
  t.equal((await compare(ours, [])).differences.length, 1100);
});

t.test('what no call-back told is found in the sandbox`s statement, and asked for', async (t) => {
  const counter = await Counter.open(t, { payersWait: true });
  await counter.behave({ behaviour: 'never pays' });
  await counter.topUp('pay_1', 500);
  await counter.topUp('pay_2', 100);
  await counter.reaches('pay_1', 'expired');
  await counter.reaches('pay_2', 'expired');
  await counter.behave({ behaviour: 'pays silently' });
  await counter.topUp('pay_3', 700);
  await counter.reaches('pay_3', 'expired');
  counter.payersGoOn();
  const today = businessDay(Date.now(), terms.zone);
  const tools = { provider: counter.provider, views: counter.views, zone: terms.zone };
  let report: Reconciliation = { provider: 'sandbox', day: today, compared: 0, differences: [] };
  await until('the statement has something to compare', async () => {
    report = await reconcile(today, tools);
    return report.compared > 0;
  });
  t.match(report.differences, [{ kind: 'notHere', payment: 'pay_3', theirs: { amount: 700 } }]);
  t.equal(await askAgain(report, 'run_1', counter.system), 1);
  await counter.reaches('pay_3', 'paid');
  t.equal(await counter.balance(), 700);
  await counter.system.projected();
  t.same((await reconcile(today, tools)).differences, []);
});

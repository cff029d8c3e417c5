/**
 * Random histories of top-ups, sales, refunds and charges, with a provider that pays, refuses, pays late,
 * twice, never, a wrong amount, and tells it late, twice or not at all. After every step the books
 * are looked at. `SEED` repeats a run.
 */
import fc from 'fast-check';
import t from 'tap';

import { paymentActor } from '../../src/actors/payment/index.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { walletActor } from '../../src/actors/wallet/index.js';
import type { TransferFields } from '../../src/actors/wallet/views.js';
import type { Receipt } from '../../src/actors/payment/commands.js';
import type { Json } from '../../src/store/ports.js';
import { payeeActor, type PayeeState } from '../support/payee.js';
import { callBack, paid, ScriptedProvider } from '../support/provider.js';
import { Stage } from '../support/stage.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const owners = ['p_1', 'p_2'] as const;
const currencies = ['CNY', 'EUR'] as const;

const owner = fc.constantFrom(...owners);
const currency = fc.constantFrom(...currencies);
const amount = fc.integer({ min: 1, max: 300 });
const which = fc.nat({ max: 7 });

type Step =
  | {
      readonly do: 'topUp' | 'sale' | 'charge' | 'pay back';
      readonly owner: string;
      readonly currency: string;
      readonly amount: number;
    }
  | {
      readonly do: 'pay' | 'refuse' | 'tell' | 'refuse refunds';
      readonly which: number;
      readonly wrong: number;
      readonly told: boolean;
    }
  | { readonly do: 'give back'; readonly which: number; readonly amount: number }
  | { readonly do: 'wait'; readonly minutes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('topUp', 'sale', 'charge', 'pay back'), owner, currency, amount }),
  fc.record({
    do: fc.constantFrom('pay', 'pay', 'pay', 'tell', 'refuse', 'refuse refunds'),
    which,
    wrong: fc.constantFrom(0, 0, 0, 1, -1),
    told: fc.boolean(),
  }),
  fc.record({ do: fc.constant('give back' as const), which, amount }),
  fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
);

/** A stage, the provider, and what the history has opened so far. */
class History {
  private readonly provider = new ScriptedProvider();
  readonly stage = new Stage([paymentActor(defaultTerms), walletActor(), payeeActor('device')], undefined, {
    provider: this.provider.effect,
  });
  private readonly opened: { readonly key: string; readonly amount: number; readonly currency: string }[] = [];
  private readonly receipts = new Map<string, Receipt[]>();
  private made = 0;

  async run(step: Step): Promise<void> {
    if (step.do === 'wait') return this.stage.advance(step.minutes * 60_000);
    if ('owner' in step) return this.open(step);
    const payment = this.opened[step.which % Math.max(1, this.opened.length)];
    if (!payment) return;
    if (step.do === 'give back') return this.giveBack(payment, step.amount);
    const receipts = this.receipts.get(payment.key) ?? [];
    if (step.do === 'refuse refunds') this.provider.refusing = step.told ? { refund: 'closed' } : {};
    if (step.do === 'refuse' && receipts.length === 0) await callBack(this.stage, payment.key, { result: 'refused' });
    if (step.do === 'pay') {
      const sum = Math.max(1, payment.amount + step.wrong);
      receipts.push(this.provider.receipt(sum, payment.currency));
      this.receipts.set(payment.key, receipts);
      this.provider.words.set(payment.key, paid(...receipts));
    }
    if ((step.do === 'tell' || step.told) && receipts.length > 0) {
      await callBack(this.stage, payment.key, paid(...receipts));
    }
  }

  private async open(step: Extract<Step, { owner: string }>): Promise<void> {
    const { owner, currency, amount } = step;
    const n = ++this.made;
    const device = (type: string, input: Json) => this.stage.ask('device:d_1', type, input, 'test:');
    if (step.do === 'charge') {
      const charge = { transfer: `s_${n}.charge`, amount, currency, reason: 'sale', payee: 'device:d_1' };
      await device('chargeWallet', { wallet: owner, charge });
      return;
    }
    if (step.do === 'pay back') {
      if ((this.held()[currency] ?? 0) < amount) return;
      const credit = { transfer: `s_${n}.refund`, amount, currency, reason: 'refund', payer: 'device:d_1' };
      await device('creditWallet', { wallet: owner, credit });
      return;
    }
    const key = `pay_${n}`;
    const payer = `passenger:${owner}`;
    const purpose = step.do === 'sale' ? { kind: 'sale', key: `s_${n}` } : { kind: 'topUp', key: owner };
    const open = { provider: 'sandbox', amount, currency, purpose, payer };
    this.opened.push({ key, amount, currency });
    if (step.do === 'sale') await device('askPayment', { payment: key, open });
    else await this.stage.ask(`payment:${key}`, 'open', open, payer);
  }

  /** The device sends back what it holds, sometimes more than this payment brought. */
  private async giveBack(payment: { key: string; currency: string }, wanted: number): Promise<void> {
    const paidTo = (this.stage.read('device:d_1', 'payee') as PayeeState).heard;
    const arrived = paidTo.some((one) => one.heard === 'arrived' && one.arrived.payment === payment.key);
    const amount = Math.min(wanted, this.held()[payment.currency] ?? 0);
    if (!arrived || amount === 0) return;
    const refund = { transfer: `r_${++this.made}`, amount, reason: 'not dispensed' };
    const input = { payment: payment.key, refund, currency: payment.currency };
    await this.stage.ask('device:d_1', 'giveBack', input, 'test:');
  }

  held(): Record<string, number> {
    return (this.stage.read('device:d_1', 'payee') as PayeeState).held;
  }

  /** What is wrong with the books, in words; empty when nothing is. */
  faults(): string[] {
    const books = this.stage.books();
    const faults: string[] = [];
    for (const [account, sum] of Object.entries(books)) {
      if (sum < 0 && !account.startsWith('world/')) faults.push(`${account}: ${sum}`);
      if (account.startsWith('transit/')) faults.push(`${account}: ${sum} with nothing on its way`);
    }
    for (const currency of currencies) {
      const total = Object.entries(books).reduce(
        (sum, [name, q]) => (name.endsWith(` ${currency}`) ? sum + q : sum),
        0,
      );
      if (total !== 0) faults.push(`${currency} sums to ${total}`);
      if ((books[`device:d_1/held ${currency}`] ?? 0) !== (this.held()[currency] ?? 0)) faults.push('device');
      for (const owner of owners) faults.push(...this.walletFaults(owner, currency, books));
    }
    return faults;
  }

  private walletFaults(owner: string, currency: string, books: Record<string, number>): string[] {
    const { balances } = this.stage.read(`wallet:${owner}`, 'balance') as { balances: Record<string, number> };
    const balance = balances[currency] ?? 0;
    const rows = this.stage.rows
      .filter(({ collection }) => collection === 'transfers')
      .map(({ fields }) => fields as TransferFields)
      .filter((row) => row.wallet === owner && row.currency === currency);
    const faults: string[] = [];
    if (balance < 0) faults.push(`${owner}: ${balance}`);
    if (balance !== (books[`wallet:${owner} ${currency}`] ?? 0)) faults.push(`${owner}: balance and books differ`);
    if (balance !== rows.reduce((sum, row) => sum + row.amount, 0)) faults.push(`${owner}: the statement does not sum`);
    if (balance !== (rows.at(-1)?.balance ?? 0)) faults.push(`${owner}: the last row's balance`);
    return faults;
  }
}

t.test('whatever the provider does, the books balance, no wallet is overdrawn, statements sum', async (t) => {
  t.comment(`SEED=${seed}`);
  let settled = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
    const history = new History();
    for (const step of steps) {
      await history.run(step);
      const faults = history.faults();
      if (faults.length > 0) throw new Error(`after ${JSON.stringify(step)}: ${faults.join('; ')}`);
    }
    settled += history.stage.entries.filter(({ type }) => type === 'paymentArrived' || type === 'charge').length;
  });
  await fc.assert(property, { seed, numRuns: 150 });
  t.ok(settled > 100, `${settled} movements were tried`);
});

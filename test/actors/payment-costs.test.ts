/** docs/flows/money.md says what each flow costs; here it is counted. */
import { readFileSync } from 'node:fs';

import t from 'tap';

import { paymentActor } from '../../src/actors/payment/index.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { walletActor } from '../../src/actors/wallet/index.js';
import { payeeActor } from '../support/payee.js';
import { callBack, paid, ScriptedProvider } from '../support/provider.js';
import { Stage } from '../support/stage.js';

class Flows {
  readonly provider = new ScriptedProvider();
  readonly stage = new Stage([paymentActor(defaultTerms), walletActor(), payeeActor('device')], undefined, {
    provider: this.provider.effect,
  });

  async topUp() {
    const purpose = { kind: 'topUp', key: 'p_1' };
    const open = { provider: 'sandbox', amount: 500, currency: 'CNY', purpose, payer: 'passenger:p_1' };
    await this.stage.ask('payment:pay_1', 'open', open, 'passenger:p_1');
  }

  async pay() {
    await callBack(this.stage, 'pay_1', paid(this.provider.receipt(500)));
  }

  device(type: string, input: object) {
    return this.stage.ask('device:d_1', type, { ...input }, 'test:');
  }

  charge() {
    const charge = { transfer: 's_1.charge', amount: 100, currency: 'CNY', reason: 'sale', payee: 'device:d_1' };
    return this.device('chargeWallet', { wallet: 'p_1', charge });
  }

  async sale() {
    const purpose = { kind: 'sale', key: 's_1' };
    const open = { provider: 'sandbox', amount: 500, currency: 'CNY', purpose, payer: 'passenger:p_1' };
    await this.device('askPayment', { payment: 'pay_1', open });
    await this.pay();
  }
}

/** For each row of the page: what comes before, and the flow that is counted. */
const flows: Record<string, { before?: (f: Flows) => Promise<unknown>; flow: (f: Flows) => Promise<unknown> }> = {
  'top-up, called back': {
    flow: async (f) => {
      await f.topUp();
      await f.pay();
    },
  },
  'top-up, call-back lost': {
    flow: async (f) => {
      await f.topUp();
      f.provider.words.set('pay_1', paid(f.provider.receipt(500)));
      await f.stage.advance(defaultTerms.paymentCheckMs);
    },
  },
  'top-up, never paid': {
    flow: async (f) => {
      await f.topUp();
      await f.stage.advance(2 * defaultTerms.paymentExpiryMs);
    },
  },
  'charge of a wallet': {
    before: async (f) => {
      await f.topUp();
      await f.pay();
    },
    flow: (f) => f.charge(),
  },
  'refund to a wallet': {
    before: async (f) => {
      await f.topUp();
      await f.pay();
      await f.charge();
    },
    flow: (f) => {
      const credit = { transfer: 's_1.refund', amount: 100, currency: 'CNY', reason: 'refund', payer: 'device:d_1' };
      return f.device('creditWallet', { wallet: 'p_1', credit });
    },
  },
  'refund by the provider': {
    before: (f) => f.sale(),
    flow: (f) => {
      const refund = { transfer: 's_1.refund', amount: 500, reason: 'not dispensed' };
      return f.device('giveBack', { payment: 'pay_1', refund, currency: 'CNY' });
    },
  },
  'a second payment, sent back': { before: (f) => f.sale(), flow: (f) => f.pay() },
};

/** `| name | entries | messages | timers |` */
const rows = [
  ...readFileSync(new URL('../../docs/flows/money.md', import.meta.url), 'utf8').matchAll(
    /^\| ([^|]+?) +\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm,
  ),
];

t.same(new Set(rows.map(([, name]) => name)), new Set(Object.keys(flows)), 'every flow of the page is counted');

for (const [, name = '', entries, messages, timers] of rows) {
  t.test(`${name} costs what the page says`, async (t) => {
    const { before, flow } = flows[name]!;
    const f = new Flows();
    await before?.(f);
    const already = f.stage.entries.length;
    await flow(f);
    const made = f.stage.entries.slice(already);
    const promised = made.flatMap(({ actor, outbox }) => outbox.map(({ to }) => ({ timer: to === actor })));
    const counted = {
      entries: made.length,
      messages: promised.filter(({ timer }) => !timer).length,
      timers: promised.filter(({ timer }) => timer).length,
    };
    t.same(counted, { entries: Number(entries), messages: Number(messages), timers: Number(timers) });
  });
}

/**
 * A server that is killed between a payment at the provider and its call-back, once for each way in which call-backs
 * are late. The provider is a process of its own and goes on.
 */
import t, { type Test } from 'tap';

import type { Behaviour } from '../../src/gateway/payments/sandbox/behaviour.js';
import { comeToRest } from './rest.js';
import { OneServer } from './one-server.js';
import { until } from '../support/until.js';

/** One passenger at one device, who does what this test says. */
const ONE = { devices: 1, passengers: 1, stations: 1, hands: 0 };
const AMOUNT = 5_000;

t.test(
  'B2, R5: killed between payment and call-back, a server settles the payment once',
  { timeout: 120_000 },
  async (t) => {
    const stand = await OneServer.open(1, ONE);
    t.teardown(() => stand.close());
    const { provider } = stand;
    const [passenger] = stand.town.passengers;
    if (!passenger) throw new Error('nobody is there');
    const me = passenger.caller;
    const balance = async () => (await me.must('wallet.get', {})).balances['CNY'] ?? 0;
    const pending = async () => (await provider.callBacks()).pending;

    /** Begins a top-up, ends the server at a moment, and starts it when the provider is where it should be. */
    async function interrupted(t: Test, behaviour: Behaviour, when: Moments): Promise<void> {
      await stand.everybodyBack();
      const before = await balance();
      const calls = await provider.callBacks();
      await provider.behave(behaviour, 300);
      const asked = await me.ask('wallet.topUp', { amount: AMOUNT, currency: 'CNY', provider: 'sandbox' });
      t.ok(asked.ok);
      await until('the order is at the provider', async () => (await pending()) > 0);
      const since = async () => {
        const { tried, heard } = await provider.callBacks();
        return { tried: tried - calls.tried, heard: heard - calls.heard };
      };
      await until('the moment has come', async () => when.kill(await since()));
      await stand.kill();
      await until('the provider has gone on', async () => when.start(await since()));
      await stand.start();
      await until('it is settled', async () => (await balance()) > before);
      await until('the provider is done', async () => (await pending()) === 0);
      t.equal(await balance(), before + AMOUNT, 'once');
    }

    await t.test('paid while no server is there: the call-back is told again until one is', (t) =>
      interrupted(t, 'pays', { kill: () => true, start: ({ tried }) => tried >= 2 }),
    );
    await t.test('a call-back that was heard comes again after the kill', (t) =>
      interrupted(t, 'tells twice', { kill: ({ heard }) => heard === 1, start: () => true }),
    );
    await t.test('a call-back that comes late finds what the server asked for itself', (t) =>
      interrupted(t, 'tells late', { kill: () => true, start: () => true }),
    );
    await t.test('no call-back at all: the server asks', async (t) => {
      await interrupted(t, 'pays silently', { kill: () => true, start: () => true });
    });

    await t.test('at the end both sides have the same books', async (t) => {
      // A top-up that expires before its payer pays, of which no call-back ever tells.
      await provider.behave('pays silently', 5_500);
      t.ok((await me.ask('wallet.topUp', { amount: AMOUNT, currency: 'CNY', provider: 'sandbox' })).ok);
      const { money, reconciled } = await comeToRest(stand);
      t.equal(reconciled, 1, 'the reconciliation finds what nobody told');
      // With the two portions that the town began with, and one that its driver did.
      t.equal(money.payments, 4 + 1 + 2);
      t.same(stand.ledger.violations, [], `data in ${stand.folder}`);
    });
  },
);

/** When the server is killed, and when the next one is started, by the call-backs of this payment. */
interface Moments {
  kill(calls: { readonly tried: number; readonly heard: number }): boolean;
  start(calls: { readonly tried: number; readonly heard: number }): boolean;
}

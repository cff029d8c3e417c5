import t, { type Test } from 'tap';
import { Purse } from '../../src/jobs/traffic/purse.js';
import { lineTo } from './counterpart.js';

/** A purse of portions of 100, which a provider fills at once. */
async function purseOf(t: Test, balance: number) {
  const wallet = { balance, topUps: 0 };
  const line = await lineTo(t, {
    'wallet.get': () => ({ balances: { CNY: wallet.balance } }),
    'wallet.topUp': ({ amount }, socket) => {
      wallet.balance += Number(amount);
      const seq = ++wallet.topUps;
      const data = { currency: 'CNY', balance: wallet.balance };
      socket.emit('push', { stream: 'wallet:p_1/balance', seq, prev: seq - 1, name: 'changed', data });
      return {};
    },
  });
  return { wallet, purse: await Purse.open(line, 'p_1', 'CNY', 100) };
}

t.test('a purse is filled until it holds what is needed, once for all who wait', async (t) => {
  const { wallet, purse } = await purseOf(t, 50);
  await purse.ensure(50);
  t.equal(wallet.topUps, 0);
  await Promise.all([purse.ensure(151), purse.ensure(60)]);
  t.equal(wallet.topUps, 2);
});

t.test('what is bought side by side is covered together', async (t) => {
  const { wallet, purse } = await purseOf(t, 100);
  let covered = 0;
  const buy = async (): Promise<void> => {
    covered = wallet.balance;
  };
  let end: () => void = () => undefined;
  const first = purse.spend(60, () => new Promise<void>((resolve) => (end = resolve)));
  await purse.spend(60, buy);
  t.equal(covered, 200, 'the second waited for a portion more');
  end();
  await first;
  await purse.spend(200, buy);
  t.equal(wallet.topUps, 1, 'what is over is set aside no more');
});

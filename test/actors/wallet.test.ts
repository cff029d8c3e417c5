import t from 'tap';

import { walletActor } from '../../src/actors/wallet/index.js';
import type { Charge, Credit } from '../../src/actors/wallet/commands.js';
import type { TransferFields } from '../../src/actors/wallet/views.js';
import type { Json, Outcome } from '../../src/store/ports.js';
import { Stage } from '../support/stage.js';

const wallet = 'wallet:p_1';
let sent = 0;

/** A command as it comes from an actor: the id is a message's. */
function message(stage: Stage, type: 'charge' | 'credit', input: Charge | Credit, from = 'device:d_1') {
  return stage.ask(wallet, type, input, from, `${from}/1/${++sent}`);
}

function credit(amount: number, currency = 'CNY'): Credit {
  return { transfer: `pay_${++sent}.payment`, amount, currency, reason: 'topUp', payer: 'provider:sandbox' };
}

function charge(amount: number, currency = 'CNY'): Charge {
  return { transfer: `s_${++sent}.charge`, amount, currency, reason: 'sale', payee: 'device:d_1' };
}

function code(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.error.code;
}

function balances(stage: Stage, caller = 'passenger:p_1'): Json {
  return stage.read(wallet, 'balance', {}, caller) as Json;
}

t.test('a credit raises the balance of its currency, a charge lowers it, and both say what is left', async (t) => {
  const stage = new Stage([walletActor()]);
  t.match(await message(stage, 'credit', credit(500), 'payment:pay_1'), { ok: true, value: { balance: 500 } });
  await message(stage, 'credit', credit(70, 'EUR'));
  t.match(await message(stage, 'charge', charge(120)), { ok: true, value: { amount: 120, balance: 380 } });
  t.same(balances(stage), { balances: { CNY: 380, EUR: 70 } });
});

t.test('a charge takes the last unit and not one more', async (t) => {
  const stage = new Stage([walletActor()]);
  await message(stage, 'credit', credit(100));
  t.equal(code(await message(stage, 'charge', charge(101))), 'insufficient_funds');
  t.equal(code(await message(stage, 'charge', charge(100))), 'ok');
  const short = await message(stage, 'charge', charge(1));
  t.match(short, { ok: false, error: { details: { balance: 0, amount: 1, currency: 'CNY' } } });
  t.equal(code(await message(stage, 'charge', charge(1, 'EUR'))), 'insufficient_funds', 'a currency it never held');
});

t.test('only devices, stations and payments move money, and only by message', async (t) => {
  const stage = new Stage([walletActor()]);
  await message(stage, 'credit', credit(100));
  for (const caller of ['passenger:p_1', 'driver:dr_1', 'platform:root', 'system:reconciliation', 'provider:sandbox']) {
    t.equal(code(await message(stage, 'credit', credit(5), caller)), 'not_allowed', caller);
    t.equal(code(await message(stage, 'charge', charge(5), caller)), 'not_allowed', caller);
  }
  t.equal(code(await stage.ask(wallet, 'charge', charge(5), 'device:d_1')), 'not_allowed', 'a device as a client');
  const borrowed = await stage.ask(wallet, 'charge', charge(5), 'device:d_1', 'device:d_2/1/0');
  t.equal(code(borrowed), 'not_allowed', 'under the id of another one');
  t.same(balances(stage), { balances: { CNY: 100 } });
});

t.test('an amount that is no whole number above zero, or of no currency, moves nothing', async (t) => {
  const stage = new Stage([walletActor()]);
  for (const amount of [0, -5, 1.5, NaN, Infinity, 2 ** 53]) {
    t.equal(code(await message(stage, 'credit', credit(amount))), 'bad_input', `credit ${amount}`);
    t.equal(code(await message(stage, 'charge', charge(amount))), 'bad_input', `charge ${amount}`);
  }
  for (const currency of ['', 'cny', 'XYZ', '__proto__']) {
    t.equal(code(await message(stage, 'credit', credit(5, currency))), 'unknown_currency', currency);
  }
  t.same(balances(stage), { balances: {} });
});

t.test('a message that comes again moves nothing again', async (t) => {
  const stage = new Stage([walletActor()]);
  const first = credit(100);
  await stage.ask(wallet, 'credit', first, 'payment:pay_1', 'payment:pay_1/3/0');
  await stage.ask(wallet, 'credit', first, 'payment:pay_1', 'payment:pay_1/3/0');
  t.same(balances(stage), { balances: { CNY: 100 } });
});

t.test('the balance is seen by its owner and the platform, by nobody else', (t) => {
  const stage = new Stage([walletActor()]);
  t.match(balances(stage, 'platform:root'), { balances: {} });
  for (const caller of ['passenger:p_2', 'driver:dr_1', 'device:d_1', 'screen:x']) {
    t.match(balances(stage, caller), { refused: { code: 'not_yours' } }, caller);
  }
  t.end();
});

t.test('a statement sums to the balance, each row carrying the balance after it', async (t) => {
  const stage = new Stage([walletActor()]);
  for (const input of [credit(500), credit(30, 'EUR')]) await message(stage, 'credit', input);
  for (const input of [charge(120), charge(80), charge(999)]) await message(stage, 'charge', input);
  const rows = stage.rows.map(({ fields }) => fields as TransferFields);
  t.equal(rows.length, 4, 'the refused charge leaves no row');
  for (const currency of ['CNY', 'EUR']) {
    let sum = 0;
    for (const row of rows.filter((row) => row.currency === currency)) t.equal((sum += row.amount), row.balance);
    t.match(balances(stage), { balances: { [currency]: sum } });
  }
  t.match(rows.at(-1), { wallet: 'p_1', reason: 'sale', other: 'device:d_1', amount: -80, balance: 300 });
  t.equal(new Set(stage.rows.map(({ id }) => id)).size, rows.length, 'a row for each movement');
});

t.test('the owner hears each movement, signed, with the balance after it', async (t) => {
  const stage = new Stage([walletActor()]);
  await message(stage, 'credit', credit(500));
  await message(stage, 'charge', charge(120));
  t.match(stage.pushes, [
    { channel: 'balance', name: 'wallet.changed', data: { amount: 500, balance: 500 } },
    { channel: 'balance', name: 'wallet.changed', data: { amount: -120, balance: 380 } },
  ]);
});

t.test('money is on its way between the two entries of a transfer', async (t) => {
  const stage = new Stage([walletActor()]);
  const [first, second] = [credit(500), charge(120)];
  await message(stage, 'credit', first);
  await message(stage, 'charge', second);
  t.same(stage.books(), {
    [`transit/${first.transfer} CNY`]: -500,
    'wallet:p_1 CNY': 380,
    [`transit/${second.transfer} CNY`]: 120,
  });
});

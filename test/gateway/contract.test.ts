import { Type } from '@sinclair/typebox';
import t from 'tap';

import { defineActor, type AnyDefinition } from '../../src/actors/runtime/definition.js';
import type { RequestsOf } from '../../src/gateway/contract/index.js';
import { contract } from '../../src/gateway/contract/index.js';
import { actor, type Declaration } from '../../src/gateway/contract/declare.js';
import { fields, Units } from '../../src/gateway/contract/fields.js';
import { mergeTotals } from '../../src/gateway/contract/streams/merge.js';
import { streamTable } from '../../src/gateway/contract/streams/declare.js';
import { streams } from '../../src/gateway/contract/streams/index.js';
import { checkOf, isCommandId } from '../../src/gateway/contract/validate.js';
import { connect } from '../../src/client/index.js';
import { ask, openHouse } from '../support/house.js';

// One declaration…
type CounterReads = { sum: { input: object; reply: { readonly sum: number } } };
type CounterCommands = { add: { input: { readonly units: number }; reply: { readonly sum: number } } };
const counter = actor<CounterCommands>('counter');
const added = {
  'counter.add': counter.command({
    summary: 'Adds to the counter.',
    access: 'anyone',
    input: fields({ units: Units }),
    output: fields({ sum: Type.Integer() }),
    errors: ['sold_out'],
    type: 'add',
    key: () => 'one',
    message: ({ units }) => ({ units }),
  }),
};

/** The actor that answers it. */
const counterActor: AnyDefinition = defineActor<
  { sum: number },
  CounterCommands,
  { added: { units: number } },
  CounterReads
>({
  kind: 'counter',
  version: 1,
  initial: () => ({ sum: 0 }),
  decide: {
    add: (state, { units }) => ({ reply: { sum: state.sum + units }, events: [{ type: 'added', data: { units } }] }),
  },
  evolve: {
    added: (state, { units }) => {
      state.sum += units;
    },
  },
  reads: { sum: ({ sum }) => ({ sum }) },
});

t.test('a command that is declared once is at both doors, on both pages and in the client', async (t) => {
  const house = await openHouse(t, { definitions: [counterActor], gateway: { contract: { ...contract, ...added } } });
  const socket = await house.socket();
  t.same(await ask(socket, 'counter.add', { units: 2 }), { sum: 2 }, 'socket');
  const { ack } = await house.post('counter.add', { units: 3 }, { 'idempotency-key': 'a' });
  t.match(ack, { ok: true, value: { sum: 5 }, seq: 2 }, 'HTTP');

  await t.rejects(ask(socket, 'counter.add', { units: 0 }), { message: 'bad_input' }, 'its rules are kept');
  const open = (await (await fetch(`${house.url}/docs/openapi.json`)).json()) as { paths: object };
  t.match(open.paths, { '/api/v1/counter.add': { post: { summary: 'Adds to the counter.' } } }, 'the HTTP page');
  const sockets = (await (await fetch(`${house.url}/docs/asyncapi.json`)).json()) as { channels: object };
  t.match(sockets.channels, { 'counter.add': { address: 'counter.add' } }, 'the socket page');

  const client = connect(house.url);
  t.teardown(() => {
    client.close();
  });
  type Added = RequestsOf<typeof added>['counter.add'];
  const input: Added['input'] = { units: 4 };
  // The client's own types are those of the product's contract, inferred in the same way.
  const answer: unknown = await client.ask('counter.add' as never, input as never);
  const typed = answer as Added['output'];
  t.equal(typed.sum, 9, 'the client');
  // @ts-expect-error units is a number
  const wrong: Added['input'] = { units: 'four' };
  t.ok(wrong);
});

t.test('a declaration that does not fit its actor does not compile', async (t) => {
  const declaration = () =>
    // @ts-expect-error the actor replies { sum }, and the output says { total }
    counter.command({
      ...added['counter.add'],
      output: fields({ total: Type.Integer() }),
      type: 'add',
      key: () => 'one',
      message: () => ({ units: 1 }),
    });
  const other = () =>
    counter.command({
      ...{ summary: '', access: 'anyone', errors: [], type: 'add' },
      ...{ input: fields({}), output: fields({ sum: Type.Integer() }), key: () => 'one' },
      // @ts-expect-error the actor takes { units }
      message: () => ({ pieces: 1 }),
    });
  t.type(declaration, 'function');
  t.type(other, 'function');
});

t.test('every declaration', async (t) => {
  for (const [name, declaration] of Object.entries<Declaration>(contract)) {
    t.match(name, /^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/, 'noun.verb');
    t.match(declaration.summary, /^[A-Z].*\.$/s, `${name} says what it does`);
    t.equal(declaration.input['additionalProperties'], false, `${name} takes no fields that it does not know`);
  }
  t.ok(Object.keys(contract).length > 40);
});

t.test('bad input names the field and the rule', async (t) => {
  const check = checkOf(contract['sale.place'].input);
  const good = { device: 'd_1', lines: [{ slot: 1, units: 2 }] };
  t.ok(check.passes(good));
  const bad: readonly (readonly [unknown, string, RegExp])[] = [
    [{ ...good, device: 'x' }, 'input.device', /must be the id of a device/],
    [{ ...good, lines: [] }, 'input.lines', /array length to be greater or equal to 1/],
    [{ ...good, lines: [{ slot: 0, units: 1 }] }, 'input.lines[0].slot', /must be a slot’s number, 1 to 99/],
    [{ ...good, lines: [{ slot: 1, units: 1.5 }] }, 'input.lines[0].units', /must be a whole number from 1 to 999/],
    [{ ...good, lines: [{ slot: 1, units: '1' }] }, 'input.lines[0].units', /must be a whole number/],
    [{ ...good, price: 1 }, 'input.price', /unexpected property/],
    [{ lines: good.lines }, 'input.device', /must be the id of a device|required property/],
    [{ ...good, pay: 'gold' }, 'input.pay', /must be one of balance, sandbox/],
    [null, 'input', /object/],
    ['x', 'input', /object/],
    [[], 'input', /object/],
  ];
  for (const [input, field, rule] of bad) {
    const refusal = check.explain(input);
    t.notOk(check.passes(input));
    t.equal(refusal.code, 'bad_input');
    t.match(refusal.details, { field }, JSON.stringify(input));
    t.match(refusal.message, rule, JSON.stringify(input));
  }
});

t.test('a strange name of a field does not grow the answer', async (t) => {
  const check = checkOf(contract['sale.place'].input);
  const { message } = check.explain({ device: 'd_1', lines: [{ slot: 1, units: 1 }], ['x'.repeat(10_000)]: 1 });
  t.ok(message.length < 300);
});

t.test('a command’s id holds no slash and no colon', async (t) => {
  for (const id of ['a', 'A-z_0.@+', 'x'.repeat(64)]) t.ok(isCommandId(id), id);
  for (const id of ['', 'a/b', 'a:b', 'x'.repeat(65), 'ä', 5, null, undefined]) t.notOk(isCommandId(id), String(id));
});

t.test('streams are told apart by kind and channel', async (t) => {
  const table = streamTable(streams);
  t.match(table.find('device:d_1/passenger.p_7'), { part: 'p_7', name: { kind: 'device', key: 'd_1' } });
  t.match(table.find('ranking:day.2026-11-21.CNY/fleet'), { declaration: { kind: 'ranking' } });
  for (const stream of [
    'device:d_1/',
    'device:d_1/passenger.',
    'device/owner',
    'device:d_1/nothing',
    'account:wang/sessions',
    '',
    'x'.repeat(500),
  ]) {
    t.equal(table.find(stream), undefined, stream.slice(0, 40));
  }
});

t.test('two ranking pushes put together are what a screen would have made of both', async (t) => {
  const totals = (amount: number) => ({ stations: { amount, orders: 1 }, devices: { amount: 0, orders: 0 } });
  const row = (id: string, amount: number) => ({ list: 'stations' as const, id, name: id, amount, count: 1 });
  const item = (id: string) => ({ id, at: 1, kind: 'sale' as const, where: 'x', what: 'y', amount: 1 });
  const merged = mergeTotals(
    { totals: totals(1), rows: [row('a', 1), row('b', 5)], recent: [item('old')] },
    { totals: totals(2), rows: [row('a', 2)], recent: [item('new')] },
  );
  t.same(merged, { totals: totals(2), rows: [row('a', 2), row('b', 5)], recent: [item('new'), item('old')] });
});

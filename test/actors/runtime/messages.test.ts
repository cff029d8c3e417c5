import t from 'tap';

import type { Message } from '../../../src/actors/runtime/definition.js';
import { noMeters, unstored } from '../../../src/actors/runtime/problems.js';
import { LONGEST_CHAIN } from '../../../src/actors/runtime/turn.js';
import type { Journal, Json } from '../../../src/store/ports.js';
import { Lab, withJournal } from '../../support/lab.js';
import { nodeWith } from '../../support/node.js';

const note = (text: string, more: Partial<Message> = {}): Message => ({
  to: 'tally:b',
  type: 'note',
  input: { text },
  ...more,
});
const send = (...messages: Message[]): Json => ({ messages }) as unknown as Json;

t.test('R5: a promised message is handled once, and its reply comes back as a message', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'send', send(note('hello', { reply: 'heard', note: { about: 7 } })));
  await lab.clock.advance(1000);
  t.same(await lab.read('tally:b', 'log'), ['hello']);
  t.same(await lab.read('tally:a', 'log'), ['heard [{"ok":true,"value":{"log":1}},{"about":7}]']);
  const [promised, reply] = await lab.entries('tally:a');
  t.equal(reply?.commandId, `tally:b:tally:a/${promised?.seq}/0/reply`);
});

t.test(
  'R5, ENGINE 17: what an outbox promised is delivered after a crash, whether or not anybody asks for the sender',
  async (t) => {
    const lab = new Lab();
    lab.store.faults.rates.late = 1;
    const { length } = await lab.entries('tally:b');
    t.equal(length, 0);
    void lab.send('tally:a', 'send', send(note('after the crash', { reply: 'heard' })));
    await lab.clock.until(() => lab.system.gauges().undurable > 0);
    await lab.clock.until(() => lab.system.gauges().undurable === 0);
    lab.crash();
    await lab.clock.advance(60_000);
    t.same(await lab.read('tally:b', 'log'), ['after the crash']);
    t.equal((await lab.entries('tally:a')).length, 2, 'the reply was handled once');
  },
);

t.test('R4, R5: a message that comes twice takes effect once and is answered alike', async (t) => {
  let twice = 0;
  const lab = new Lab({
    transport: (local) =>
      nodeWith(local, {
        deliver: async (delivery) => {
          const first = await local.deliver(delivery);
          twice++;
          const second = await local.deliver(delivery);
          t.same(second, first);
          return second;
        },
      }),
  });
  await lab.ask('tally:a', 'send', send(note('once')));
  await lab.clock.advance(1000);
  t.equal(twice, 1);
  t.same(await lab.read('tally:b', 'log'), ['once']);
});

t.test('R5: after a crash a message that was handled long ago costs its receiver no turn', async (t) => {
  let stored = 0;
  let activated = 0;
  const meters = { ...noMeters, flushed: (entries: number) => (stored += entries), activated: () => ++activated };
  const lab = new Lab({ meters, limits: { recentIds: 4 } });
  for (let i = 0; i < 20; i++) await lab.ask('tally:a', 'send', send(note(`n${i}`)));
  await lab.clock.until(() => stored === 40);
  lab.crash();
  [stored, activated] = [0, 0];
  // Nobody told the sender's journal that they were handled, so all of them come again.
  t.equal((await lab.ask('tally:a', 'send', send(note('new')))).ok, true);
  await lab.clock.advance(5000);
  t.equal(((await lab.read('tally:b', 'log')) as readonly Json[]).length, 21);
  t.equal(stored, 2, 'the new command and the new message');
  t.equal(activated, 2, 'each read its past once');
});

t.test('R8: messages that come again are asked about together, one question at a time', async (t) => {
  const lab = new Lab({ limits: { recentIds: 4 } });
  for (let i = 0; i < 20; i++) await lab.ask('tally:a', 'send', send(note(`n${i}`)));
  await lab.clock.advance(1000);
  lab.handle.crash();
  const questions: number[] = [];
  let underWay = 0;
  let most = 0;
  const handle = lab.store.open();
  const journal: Partial<Journal> = {
    findAll: async (handlings) => {
      questions.push(handlings.length);
      most = Math.max(most, ++underWay);
      try {
        return await handle.journal.findAll(handlings);
      } finally {
        underWay--;
      }
    },
  };
  lab.system = lab.begin(withJournal(handle, journal));
  t.equal((await lab.ask('tally:a', 'send', send(note('new')))).ok, true);
  await lab.clock.advance(5000);
  t.equal(((await lab.read('tally:b', 'log')) as readonly Json[]).length, 21);
  t.same([most, questions], [1, [20]]);
});

t.test('ENGINE 15: a lost message, or a lost answer, is sent again with growing pauses', async (t) => {
  for (const lost of ['message', 'answer']) {
    let tries = 0;
    const at: number[] = [];
    const lab: Lab = new Lab({
      transport: (local) =>
        nodeWith(local, {
          deliver: async (delivery) => {
            at.push(lab.clock.now());
            if (++tries > 2) return local.deliver(delivery);
            if (lost === 'answer') await local.deliver(delivery);
            return new Promise(() => undefined);
          },
        }),
    });
    await lab.ask('tally:a', 'send', send(note('again', { reply: 'heard' })));
    await lab.clock.advance(120_000);
    t.equal(tries, 3, lost);
    t.same(await lab.read('tally:b', 'log'), ['again']);
    t.equal((await lab.entries('tally:a')).length, 2, 'one reply was handled');
  }
});

t.test(
  'ENGINE 11: what reaches no decision is no answer; in the end it is a dead letter that can be sent again',
  async (t) => {
    const lab = new Lab({ limits: { retryAttempts: 3 } });
    await lab.ask('tally:a', 'send', send({ to: 'tally:b', type: 'explode', input: {} }));
    await lab.clock.until(() => lab.problems.some(({ what }) => what === 'dead_letter'));
    const [letter] = await lab.clock.settle(lab.system.deadLetters());
    t.match(letter, { id: 'tally:a/1/0', from: 'tally:a', to: 'tally:b', type: 'explode', attempts: 3 });
    t.equal((await lab.entries('tally:b')).length, 0);

    t.notOk(await lab.clock.settle(lab.system.retryDeadLetter('tally:a/1/7')), 'there is no such letter');
    lab.problems.length = 0;
    t.ok(await lab.clock.settle(lab.system.retryDeadLetter('tally:a/1/0')));
    await lab.clock.until(() => lab.problems.some(({ what }) => what === 'dead_letter'));
    t.equal(lab.problems.filter(({ what }) => what === 'decision_failed').length, 3, 'it was tried anew');
  },
);

t.test('ENGINE 15: a dead letter that got through after all is listed no more, whoever tried it again', async (t) => {
  let away = true;
  const lab = new Lab({
    limits: { retryAttempts: 3 },
    transport: (local) =>
      nodeWith(local, {
        deliver: (delivery) => (away ? Promise.resolve(unstored('unavailable', 'away')) : local.deliver(delivery)),
      }),
  });
  const listed = async () => (await lab.clock.settle(lab.system.deadLetters())).map(({ id }) => id).sort();
  const retry = (id: string) => lab.clock.settle(lab.system.retryDeadLetter(id));
  const tried = (times: number) =>
    lab.clock.until(() => lab.problems.filter(({ what }) => what === 'dead_letter').length === times);
  const restart = async () => {
    await lab.clock.settle(lab.system.stop());
    lab.system = lab.begin(lab.handle);
  };

  await lab.ask('tally:a', 'send', send(note('again')));
  await lab.ask('tally:c', 'send', send(note('restart')));
  await tried(2);
  t.same(await listed(), ['tally:a/1/0', 'tally:c/1/0']);
  away = false;
  t.equal(await retry('tally:a/1/0'), true);
  await lab.clock.advance(1000);
  t.same(await listed(), ['tally:c/1/0']);

  away = true;
  await restart();
  t.equal(await retry('tally:c/1/0'), true, 'in another life of its actor');
  await tried(3);
  t.same(await listed(), ['tally:c/1/0']);
  away = false;
  await restart();
  t.same(await lab.read('tally:c', 'log'), [], 'whoever uses its actor has it tried again');
  await lab.clock.advance(1000);
  t.same(await lab.read('tally:b', 'log'), ['again', 'restart']);
  t.equal(await retry('tally:c/1/0'), false, 'it was handled since');
  t.same(await listed(), []);
});

t.test('ENGINE 14, R9: a turn that would send the 65th message of a chain is refused and reported', async (t) => {
  const lab = new Lab({ limits: { retryAttempts: 1 } });
  await lab.ask('tally:a', 'relay', { to: 'tally:b' });
  await lab.clock.until(() => lab.problems.some(({ what }) => what === 'dead_letter'));
  t.match(lab.problems[0], { what: 'chain_too_long' });
  const relayed = (await lab.entries('tally:a')).length + (await lab.entries('tally:b')).length;
  t.equal(relayed, LONGEST_CHAIN, '64 messages, each sent by an entry');
});

t.test('ENGINE 16: a timer fires at its due time, not before, and its turn is not dated before it', async (t) => {
  const lab = new Lab();
  const due = lab.clock.now() + 60_000;
  await lab.ask('tally:a', 'send', send(note('when', { to: 'tally:a', due })));
  await lab.clock.advance(59_000);
  t.same(await lab.read('tally:a', 'log'), []);
  lab.clock.jump(-5000);
  await lab.clock.advance(10_000);
  t.same(await lab.read('tally:a', 'log'), [`at ${due}`]);
});

t.test('ENGINE 16: a promise that a later entry closes is not kept', async (t) => {
  const lab = new Lab();
  const due = lab.clock.now() + 60_000;
  await lab.ask('tally:a', 'send', send(note('too late', { to: 'tally:a', due, label: 'expiry' })));
  await lab.ask('tally:a', 'send', { messages: [], closes: ['expiry', 'unheard of'] });
  await lab.clock.advance(120_000);
  t.same(await lab.read('tally:a', 'log'), []);
  t.same((await lab.entries('tally:a'))[1]?.closes, ['tally:a/1/0']);
});

t.test('timers that fell due during a downtime fire when the node is back', async (t) => {
  const lab = new Lab();
  const due = lab.clock.now() + 60_000;
  await lab.ask('tally:a', 'send', send(note('caught up', { to: 'tally:a', due })));
  lab.handle.crash();
  await lab.clock.advance(3_600_000);
  lab.crash();
  await lab.clock.advance(5000);
  t.same(await lab.read('tally:a', 'log'), ['caught up']);
});

t.test('an effect is carried out until it is known what came of it, and the outcome comes back', async (t) => {
  const calls: string[] = [];
  const lab = new Lab({
    effects: {
      world: (type, input, id) => {
        calls.push(id);
        return calls.length < 3
          ? Promise.reject(new Error('the line is dead'))
          : Promise.resolve({ ok: true, value: { type, input } });
      },
    },
  });
  await lab.ask('tally:a', 'send', send(note('x', { to: 'effect:world', reply: 'heard' })));
  await lab.clock.advance(60_000);
  t.same(calls, ['tally:a/1/0', 'tally:a/1/0', 'tally:a/1/0'], 'always with the same id');
  t.same(await lab.read('tally:a', 'log'), ['heard [{"ok":true,"value":{"type":"note","input":{"text":"x"}}},null]']);
});

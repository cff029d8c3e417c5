import t from 'tap';

import { findCommitted } from '../../src/actors/runtime/committed.js';
import { unstored } from '../../src/actors/runtime/problems.js';
import { Line, type LineLimits } from '../../src/cluster/line.js';
import { readMessage, type Reply, type Request, type SentReply } from '../../src/cluster/wire.js';
import { Lab } from '../support/lab.js';
import { VirtualClock } from '../support/virtual-clock.js';

const limits: LineLimits = { inFlight: 100, untaken: 10_000_000, silenceMs: 10_000 };
const question: Request = { read: { actor: 'tally:a', name: 'sum', input: {}, caller: 'driver:dr_1' } };

/** Two lines with a wire between them that the test holds. */
class Pair {
  readonly clock = new VirtualClock();
  readonly wire: { node: string; text: string }[] = [];
  readonly deaf: string[] = [];
  readonly failures: unknown[] = [];
  listeners = 1;
  away = false;
  taken: Promise<unknown> = Promise.resolve();
  readonly a: Line;
  readonly b: Line;

  constructor(serve: (request: Request) => Promise<Reply>, more: Partial<LineLimits> = {}) {
    const lineOf = (self: string): Line =>
      new Line({
        ...{ self, clock: this.clock, limits: { ...limits, ...more }, serve },
        publish: async (node, text) => {
          if (this.away) throw new Error('Redis is away');
          this.wire.push({ node, text });
          if (this.listeners > 0) (node === 'a' ? this.a : this.b).heard(text);
          await this.taken;
          return this.listeners;
        },
        deaf: (node) => this.deaf.push(node),
        failed: (error) => this.failures.push(error),
      });
    this.a = lineOf('a');
    this.b = lineOf('b');
  }

  ask(within?: number): Promise<SentReply> {
    return this.clock.settle(this.a.request('b', question, within));
  }
}

const refusing = () => Promise.resolve(unstored('not_yours', 'no'));
const silent = () => new Promise<never>(() => undefined);

t.test('what the other node committed arrives as it was', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 3 });
  const entry = await lab.clock.settle(findCommitted(lab.handle.journal, 'tally:a', 1));
  const answer = await lab.clock.settle(lab.system.read('tally:a', 'sum', {}, 'driver:dr_1'));
  t.ok(entry);
  const pair = new Pair(() => Promise.resolve(answer));
  t.same(await pair.ask(), { committed: { outcome: { ok: true, value: 3 }, seq: 1 } });
});

t.test('a refusal arrives as it was', async (t) => {
  t.match(await new Pair(refusing).ask(), { unstored: { code: 'not_yours' } });
});

t.test('all that is asked in one tick travels in one message, and so do the replies', async (t) => {
  const pair = new Pair(refusing);
  await pair.clock.settle(Promise.all(Array.from({ length: 50 }, () => pair.a.request('b', question))));
  t.same(
    pair.wire.map(({ node, text }) => [node, readMessage(text).frames.length]),
    [
      ['b', 50],
      ['a', 50],
    ],
  );
});

t.test('a message stays short: what does not fit goes in the next', async (t) => {
  const pair = new Pair(refusing);
  const long: Request = { read: { ...question.read, input: 'x'.repeat(60_000) } };
  await pair.clock.settle(Promise.all(Array.from({ length: 10 }, () => pair.a.request('b', long))));
  const lengths = pair.wire.filter(({ node }) => node === 'b').map(({ text }) => text.length);
  t.equal(lengths.length, 3);
  t.ok(lengths.every((length) => length < 300_000));
});

t.test('a node on whose channel nobody listens is unreachable at once, and that is told', async (t) => {
  const pair = new Pair(refusing);
  pair.listeners = 0;
  t.match(await pair.ask(), { unstored: { code: 'unavailable', retryAfterMs: Number } });
  t.same(pair.deaf, ['b']);
});

t.test('while Redis is away a request is refused at once', async (t) => {
  const pair = new Pair(refusing);
  pair.away = true;
  t.match(await pair.ask(), { unstored: { code: 'unavailable', retryAfterMs: Number } });
});

t.test('a reply that cannot be sent is sent when Redis is back', async (t) => {
  const pair = new Pair(() => {
    pair.away = true;
    return refusing();
  });
  const asked = pair.a.request('b', question);
  await pair.clock.advance(700);
  t.equal(pair.a.inFlight, 1);
  pair.away = false;
  t.match(await pair.clock.settle(asked, 1_000), { unstored: { code: 'not_yours' } });
});

t.test(
  'a node that does not answer is waited for as long as its caller listens, and no longer than the limit',
  async (t) => {
    for (const [within, until] of [
      [800, 1_300],
      [undefined, 10_500],
    ] as const) {
      const pair = new Pair(silent);
      const began = pair.clock.now();
      t.match(await pair.ask(within), { unstored: { code: 'unavailable' } });
      t.ok(pair.clock.now() - began <= until);
      t.equal(pair.a.inFlight, 0);
    }
  },
);

t.test('R8: requests under way are bounded', async (t) => {
  const pair = new Pair(silent, { inFlight: 3 });
  for (let i = 0; i < 3; i++) void pair.a.request('b', question);
  t.match(await pair.ask(), { unstored: { code: 'overloaded', retryAfterMs: Number } });
});

t.test('R8: what Redis has not taken is bounded', async (t) => {
  const pair = new Pair(silent, { untaken: 50 });
  let take: () => void = () => undefined;
  pair.taken = new Promise<void>((resolve) => (take = resolve));
  void pair.a.request('b', question);
  await pair.clock.advance(0);
  t.match(await pair.ask(), { unstored: { code: 'overloaded' } });
  take();
  await pair.clock.advance(0);
  void pair.a.request('b', question);
  t.equal(pair.a.inFlight, 2, 'taken, there is room again');
});

t.test('a node that has gone answers no more: who waits is told to ask again', async (t) => {
  const pair = new Pair(silent);
  const asked = pair.a.request('b', question);
  await pair.clock.advance(0);
  pair.a.cut((node) => node === 'c');
  t.equal(pair.a.inFlight, 1);
  pair.a.cut((node) => node === 'b');
  t.match(await asked, { unstored: { code: 'unavailable' } });
});

t.test('what is no message is reported, and harms nobody', async (t) => {
  const pair = new Pair(refusing);
  for (const text of ['', '{', '{"frames":[]}', '{"from":"b"}', '{"from":"b","frames":[null]}']) pair.a.heard(text);
  t.equal(pair.failures.length, 5);
  pair.a.heard('{"from":"b","frames":[{"n":99,"reply":{"committed":1}}]}');
  t.match(await pair.ask(), { unstored: { code: 'not_yours' } }, 'a reply that nobody waits for is dropped');
});

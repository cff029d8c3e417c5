/** Actors that another node serves from now on: let go, found again. */
import t from 'tap';

import type { Placement } from '../../../src/actors/runtime/node.js';
import { SHARDS, type ActorId, type ShardRange } from '../../../src/store/ports.js';
import { shardOf } from '../../../src/store/shard.js';
import { heard, Lab, withJournal } from '../../support/lab.js';

/** A placement in the test's hand. */
class Hand implements Placement {
  private readonly listeners: ((shards: readonly ShardRange[]) => void)[] = [];

  constructor(private own: readonly ShardRange[]) {}

  shards(): readonly ShardRange[] {
    return this.own;
  }

  onGained(listener: (shards: readonly ShardRange[]) => void): void {
    this.listeners.push(listener);
  }

  gain(shards: readonly ShardRange[]): void {
    this.own = [...this.own, ...shards];
    for (const listener of this.listeners) listener(shards);
  }
}

const all: readonly ShardRange[] = [{ from: 0, to: SHARDS }];
/** A note to oneself that is due later. */
const timer = (lab: Lab, to: ActorId, text: string, afterMs: number) => ({
  messages: [{ to, type: 'note', input: { text }, due: lab.clock.now() + afterMs }],
});

t.test('an idle actor that is let go is out of memory at once', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  await lab.ask('tally:b', 'add', { by: 1 });
  await lab.clock.settle(lab.system.release((actor) => actor === 'tally:a'));
  t.equal(lab.system.gauges().active, 1);
  t.match(
    await lab.ask('tally:a', 'add', { by: 1 }),
    { ok: true, value: { sum: 2 } },
    'asked all the same, it is read again',
  );
});

t.test(
  'what an actor has decided is stored and answered before it is let go; who comes later is told to ask again',
  async (t) => {
    const lab = new Lab();
    await lab.ask('tally:a', 'add', { by: 1 });
    lab.store.faults.rates.late = 1;
    const decided = lab.send('tally:a', 'add', { by: 10 });
    const released = lab.system.release(() => true);
    const later = lab.send('tally:a', 'add', { by: 100 }, 'again');
    await lab.clock.settle(released);
    t.match(heard(await lab.clock.settle(decided)), { ok: true, value: { sum: 11 } });
    t.match(heard(await lab.clock.settle(later)), { ok: false, code: 'unavailable', stored: false });
    lab.store.faults.rates.late = 0;
    t.match(await lab.ask('tally:a', 'add', { by: 100 }, 'again'), { ok: true, value: { sum: 111 } });
  },
);

t.test('an actor whose past is still being read is let go at once, and what is read then is of no use', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  lab.handle.crash();
  const handle = lab.store.open();
  const { journal } = handle;
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const system = lab.begin(
    withJournal(handle, {
      read: async (...range) => {
        await told;
        return journal.read(...range);
      },
    }),
    { placement: new Hand([]) },
  );
  const asked = system.ask({ to: 'tally:a', type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: 'x' });
  await lab.clock.settle(system.release(() => true));
  t.match(heard(await lab.clock.settle(asked)), { ok: false, code: 'unavailable' });
  t.equal(system.gauges().active, 0);
  tell();
  await lab.clock.advance(1000);
  t.equal(system.gauges().active, 0);
  t.same(lab.problems, []);
  t.equal((await lab.clock.settle(journal.read('tally:a', 0, 10))).length, 1);
});

t.test('a parked actor is let go too', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'rot');
  t.match(await lab.ask('tally:a', 'add', { by: 1 }), { code: 'parked' });
  t.equal(lab.system.parked(), 1);
  await lab.clock.settle(lab.system.release(() => true));
  t.same([lab.system.gauges().active, lab.system.parked()], [0, 0]);
});

t.test(
  'R5: the promises of an actor that was let go are found by who gains its shard, and by nobody else',
  async (t) => {
    const lab = new Lab({ placement: new Hand(all) });
    const hand = new Hand([]);
    const other = lab.begin(lab.store.open(), { placement: hand });
    await lab.ask('tally:a', 'send', timer(lab, 'tally:a', 'when it is due', 60_000));
    await lab.clock.settle(lab.system.release(() => true));
    await lab.clock.advance(30_000);
    t.equal(other.gauges().active, 0, 'it is not its affair');
    hand.gain(all);
    await lab.clock.advance(1000);
    t.equal(other.gauges().active, 0, 'nothing is due');
    await lab.clock.advance(60_000);
    const log = heard(await lab.clock.settle(other.read('tally:a', 'log', {}, 'driver:dr_1')));
    t.match(log, { ok: true, value: ['when it is due'] });
  },
);

t.test('an actor that is parked while it is let go is let go all the same', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  const rotten = lab.send('tally:a', 'rot');
  await lab.clock.settle(lab.system.release(() => true));
  await lab.clock.settle(rotten);
  t.match(lab.problems, [{ what: 'parked' }]);
  t.equal(lab.system.gauges().active, 0);
});

t.test('due promises of scattered shards are found, and those between them are left alone', async (t) => {
  const lab = new Lab();
  const actors = Array.from({ length: 60 }, (_, i) => `tally:t${i}` as const);
  for (const actor of actors) await lab.ask(actor, 'send', timer(lab, actor, 'x', 1000));
  lab.handle.crash();
  await lab.clock.advance(5000);
  const mine = actors.filter((_, i) => i % 3 === 0);
  const hand = new Hand([]);
  const other = lab.begin(lab.store.open(), { placement: hand });
  hand.gain(mine.map((actor) => ({ from: shardOf(actor), to: shardOf(actor) + 1 })));
  await lab.clock.advance(5000);
  t.equal(other.gauges().active, mine.length);
});

t.test('an owner that stepped back does not begin again what another node serves', async (t) => {
  const lab = new Lab({ placement: new Hand([]) });
  const other = lab.begin(lab.store.open(), { placement: new Hand(all) });
  await lab.ask('tally:a', 'send', timer(lab, 'tally:a', 'x', 3_600_000));
  const ask = { to: 'tally:a', type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: 'theirs' } as const;
  await lab.clock.settle(other.ask(ask));
  t.match(await lab.ask('tally:a', 'add', { by: 1 }), { code: 'unavailable' });
  await lab.clock.advance(10_000);
  t.equal(lab.system.gauges().active, 0);
});

import assert from 'node:assert/strict';

import fc from 'fast-check';
import t from 'tap';

import { fleetActor } from '../../src/actors/fleet/index.js';
import { Stage } from '../support/stage.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const FLEET = 'fleet:platform';

function tell(stage: Stage, device: string, online: boolean, seq: number, caller = `device:${device}`) {
  return stage.ask(FLEET, 'presence', { device, online, seq }, caller);
}

t.test('a device is counted once, and online while its last presence says so', async (t) => {
  const stage = new Stage([fleetActor()]);
  await tell(stage, 'd_1', false, 1);
  await tell(stage, 'd_2', true, 1);
  t.match(await tell(stage, 'd_1', true, 2), { value: { total: 2, online: 2 } });
  await tell(stage, 'd_2', false, 2);
  t.same(stage.read(FLEET, 'census'), { total: 2, online: 1 });
});

t.test('screens hear each change of the census, and nothing else', async (t) => {
  const stage = new Stage([fleetActor()]);
  await tell(stage, 'd_1', true, 4);
  await tell(stage, 'd_1', false, 3);
  await tell(stage, 'd_1', true, 4);
  t.same(
    stage.pushes.map(({ channel, name, data }) => ({ channel, name, data })),
    [{ channel: 'census', name: 'census', data: { total: 1, online: 1 } }],
  );
});

t.test('nobody speaks for another device, and a seq is a whole number', async (t) => {
  const stage = new Stage([fleetActor()]);
  t.match(await tell(stage, 'd_1', true, 1, 'device:d_2'), { error: { code: 'not_yours' } });
  t.match(await tell(stage, 'd_1', true, 0), { error: { code: 'bad_input' } });
  t.match(await tell(stage, 'd_1', true, 1.5), { error: { code: 'bad_input' } });
  t.match(await tell(stage, '__proto__', true, 1), { error: { code: 'bad_input' } });
  await tell(stage, 'constructor', true, 1);
  t.same(stage.read(FLEET, 'census'), { total: 1, online: 1 });
});

t.test('lost, repeated and reordered presences end in the highest ones', async (t) => {
  t.comment(`SEED=${seed}`);
  const presence = fc.record({ device: fc.integer({ min: 1, max: 9 }), seq: fc.integer({ min: 1, max: 9 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(presence, { maxLength: 100 }), async (all) => {
      const stage = new Stage([fleetActor()]);
      const highest = new Map<number, number>();
      for (const { device, seq } of all) {
        await tell(stage, `d_${device}`, seq % 2 === 0, seq);
        highest.set(device, Math.max(seq, highest.get(device) ?? 0));
      }
      const online = [...highest.values()].filter((seq) => seq % 2 === 0).length;
      assert.deepEqual(stage.read(FLEET, 'census'), { total: highest.size, online });
    }),
    { seed, numRuns: 100 },
  );
});

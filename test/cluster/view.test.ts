import t from 'tap';

import { View } from '../../src/cluster/view.js';
import { SHARDS } from '../../src/store/ports.js';
import { shardOf } from '../../src/store/shard.js';

const named = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `node-${from + i}`);
const size = (ranges: readonly { from: number; to: number }[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from, 0);
const shards = [...new Array(SHARDS).keys()];

t.test('every node finds the same owners, in whatever order it hears of the others', async (t) => {
  const [one, other] = [new View(['b', 'a', 'c']), new View(['c', 'b', 'a', 'b'])];
  t.ok(one.same(other));
  t.same(
    shards.map((shard) => one.ownerOfShard(shard)),
    shards.map((shard) => other.ownerOfShard(shard)),
  );
});

t.test('shards are spread evenly: nobody has a quarter more or less than its part', async (t) => {
  for (const count of [2, 3, 5, 8, 16]) {
    const view = new View(named(count));
    for (const node of view.nodes) {
      const part = (size(view.shardsOf(node)) * count) / SHARDS;
      t.ok(part > 0.75 && part < 1.25, `${count} nodes: ${node} has ${part.toFixed(3)} of its part`);
    }
  }
});

t.test('a node that comes gets shards, and none moves between the others', async (t) => {
  for (const count of [1, 2, 3, 7]) {
    const before = new View(named(count));
    const after = new View(named(count + 1));
    const moved = shards.filter((shard) => before.ownerOfShard(shard) !== after.ownerOfShard(shard));
    t.ok(
      moved.every((shard) => after.ownerOfShard(shard) === `node-${count}`),
      'all that moves goes to the new node',
    );
    const part = (moved.length * (count + 1)) / SHARDS;
    t.ok(part > 0.75 && part < 1.25, `${part.toFixed(3)} of a node's part moves`);
  }
});

t.test('a node that goes leaves its shards to the others, and none moves between them', async (t) => {
  const before = new View(named(4));
  const after = new View(named(4).filter((node) => node !== 'node-2'));
  const stayed = shards.filter((shard) => before.ownerOfShard(shard) !== 'node-2');
  t.ok(stayed.every((shard) => after.ownerOfShard(shard) === before.ownerOfShard(shard)));
});

t.test('what a node gained is what it has now and had not before', async (t) => {
  const before = new View(named(3));
  const after = new View(named(2));
  const had = size(before.shardsOf('node-0'));
  t.equal(size(after.gainedBy('node-0', before)), size(after.shardsOf('node-0')) - had);
  t.same(before.gainedBy('node-0', after), [], 'a node that comes takes only');
  t.equal(
    size(after.gainedBy('node-0', before)) + size(after.gainedBy('node-1', before)),
    size(before.shardsOf('node-2')),
  );
});

t.test('an actor is served by the owner of its shard, and a lone node serves all', async (t) => {
  const view = new View(named(3));
  for (const actor of ['device:d_1', 'wallet:p_1', 'ranking:all.all.CNY'] as const)
    t.equal(view.ownerOf(actor), view.ownerOfShard(shardOf(actor)));
  t.same(new View(['me']).shardsOf('me'), [{ from: 0, to: SHARDS }]);
  t.throws(() => new View([]));
});

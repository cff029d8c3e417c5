import t from 'tap';

import { Observer, type Seen, type Word } from '../../src/cluster/observer.js';

const limits = { deadMs: 1000, deafMs: 300, forgetMs: 10_000, stepMs: 200 };

/** One who looks every 100 ms at a table in the test's hand. */
class Watch {
  readonly words = new Map<string, Word>();
  readonly listeners = new Map<string, number>();
  readonly observer = new Observer('me', limits);
  now = 1_000_000;

  beat(node: string, state: Word['state'] = 'up'): void {
    this.words.set(node, { beat: (this.words.get(node)?.beat ?? 0) + 1, state });
    if (!this.listeners.has(node)) this.listeners.set(node, 1);
  }

  look(passed = 100): Seen {
    this.now += passed;
    return this.observer.look(this, this.now);
  }

  /** Looks for so long, while these nodes beat; what was told meanwhile. */
  watch(
    ms: number,
    beating: readonly string[] = [],
  ): { alive: readonly string[]; died: string[]; forgotten: string[] } {
    const died: string[] = [];
    const forgotten: string[] = [];
    let alive: readonly string[] = [];
    for (let passed = 0; passed < ms; passed += 100) {
      for (const node of beating) this.beat(node);
      const seen = this.look();
      alive = seen.alive;
      died.push(...seen.died);
      forgotten.push(...seen.forgotten);
    }
    return { alive, died, forgotten };
  }
}

t.test('a node that is up and listens lives from the first look on', async (t) => {
  const watch = new Watch();
  watch.beat('a');
  t.same(watch.look(), { alive: ['a'], died: [], forgotten: [] });
});

t.test('what somebody who died left in the table is not taken for a node', async (t) => {
  const watch = new Watch();
  watch.beat('a');
  watch.listeners.set('a', 0);
  t.same(watch.watch(2000).alive, []);
});

t.test('a beat that stands still for deadMs is a death, told once', async (t) => {
  const watch = new Watch();
  t.same(watch.watch(500, ['a', 'b']).alive, ['a', 'b']);
  t.same(watch.watch(900, ['b']), { alive: ['a', 'b'], died: [], forgotten: [] });
  t.same(watch.watch(900, ['b']), { alive: ['b'], died: ['a'], forgotten: [] });
});

t.test('a node on whose channel nobody listens is dead sooner: its process has ended', async (t) => {
  const watch = new Watch();
  watch.watch(500, ['a']);
  watch.listeners.set('a', 0);
  t.same(watch.watch(200, ['a']).alive, ['a'], 'it may be coming back');
  t.same(watch.watch(200, ['a']), { alive: [], died: ['a'], forgotten: [] });
  watch.listeners.set('a', 1);
  t.same(watch.watch(100, ['a']).alive, ['a'], 'heard again, it lives');
});

t.test('a node that says it goes is gone at once, and nobody calls that a death', async (t) => {
  const watch = new Watch();
  watch.watch(500, ['a']);
  watch.beat('a', 'gone');
  t.same(watch.look(), { alive: [], died: [], forgotten: [] });
});

t.test('a node that was paused lives again with its next beat', async (t) => {
  const watch = new Watch();
  watch.watch(500, ['a']);
  t.same(watch.watch(1500).died, ['a']);
  t.same(watch.watch(100, ['a']).alive, ['a']);
});

t.test('ENGINE 9: who did not look for a while holds nobody for dead', async (t) => {
  const watch = new Watch();
  watch.watch(500, ['a']);
  t.same(watch.look(3_600_000), { alive: ['a'], died: [], forgotten: [] }, 'an hour counts as one step');
  t.same(watch.watch(600), { alive: ['a'], died: [], forgotten: [] });
  t.same(watch.watch(400).died, ['a']);
});

t.test('a clock that is set back or forth ends nobody', async (t) => {
  const watch = new Watch();
  watch.watch(500, ['a']);
  for (const jump of [-7_200_000, 7_200_000]) t.same(watch.look(jump).died, []);
});

t.test('a table that was emptied ends nobody who writes his next beat', async (t) => {
  const watch = new Watch();
  watch.watch(500, ['a', 'b']);
  watch.words.clear();
  t.same(watch.watch(400).alive, ['a', 'b']);
  t.same(watch.watch(2000, ['a', 'b']), { alive: ['a', 'b'], died: [], forgotten: [] });
});

t.test('a dead node is forgotten in the end, so the table does not grow', async (t) => {
  const watch = new Watch();
  watch.watch(500, ['a']);
  t.same(watch.watch(9_000).forgotten, [], 'a paused one can still read that it was held for dead');
  t.same(watch.watch(2_000).forgotten, ['a']);
});

t.test('a node does not judge itself', async (t) => {
  const watch = new Watch();
  watch.beat('me');
  t.same(watch.watch(2000).alive, []);
});

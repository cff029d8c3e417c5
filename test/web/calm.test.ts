import t from 'tap';
import { axisFor } from '../../web/src/curve/axis.js';
import { standing, unranked } from '../../web/src/fleet/ranks.js';
import { isAlarming, withSample, type HourShare } from '../../web/src/fleet/usual.js';
import { TickerQueue } from '../../web/src/stage/ticker.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const rows = (...ids: string[]) => ids.map((id) => ({ id, name: id, amount: 1, count: 1 }));

t.test('a list reorders at once after a rest of 30 seconds, and not before', (t) => {
  const first = standing(unranked, rows('a', 'b'), 0);
  t.same(first.ids, ['a', 'b']);
  t.same(standing(first, rows('b', 'a'), 29_999).ids, ['a', 'b']);
  const second = standing(first, rows('b', 'a', 'c'), 30_000);
  t.same(second.ids, ['b', 'a', 'c']);
  t.same(
    [...second.moved],
    [
      ['b', 1],
      ['a', -1],
    ],
    'it says who moved, and that c is new by silence',
  );
  t.end();
});

t.test('while a list rests, who enters takes the place of who left, and no place is empty', (t) => {
  const first = standing(unranked, rows('a', 'b', 'c'), 0);
  t.same(standing(first, rows('x', 'c', 'a'), 1_000).ids, ['a', 'x', 'c']);
  t.same(standing(first, rows('y', 'x', 'a', 'b', 'c'), 1_000).ids, ['a', 'b', 'c', 'y', 'x']);
  t.end();
});

t.test('the axis stands for ten minutes unless a value would leave the picture', (t) => {
  const axis = axisFor(undefined, 90, 10, 0);
  t.ok(axis.max >= 99);
  t.equal(axisFor(axis, 20, 10, 10 * MINUTE - 1), axis);
  t.ok(axisFor(axis, 20, 10, 10 * MINUTE).max < axis.max);
  t.ok(axisFor(axis, 150, 10, MINUTE).max >= 300, 'then it makes room for as much again');
  t.equal(axisFor(undefined, 0, 100, 0).max, 100, 'an empty week has an axis too');
  t.end();
});

t.test('the alarm is 20 points below the usual of the hour, never a quiet night as such', (t) => {
  let ring: HourShare[] = [];
  for (let hour = 0; hour < 72; hour++) ring = withSample(ring, hour * HOUR, hour % 24 < 6 ? 10 : 90, 100);
  t.notOk(isAlarming(ring, 72 * HOUR, 10, 100), 'midnight with 10 of 100 is as ever');
  t.notOk(isAlarming(ring, 82 * HOUR, 71, 100));
  t.ok(isAlarming(ring, 82 * HOUR, 69, 100));
  t.notOk(isAlarming([], 0, 0, 100), 'nothing is usual yet');
  for (let hour = 72; hour < 400; hour++) ring = withSample(ring, hour * HOUR, 1, 2);
  t.equal(ring.length, 168);
  t.end();
});

t.test('the ticker shows the newest order and counts those it passed over', (t) => {
  const queue = new TickerQueue();
  const order = (id: string) => ({ id, at: 0, kind: 'sale' as const, where: '', what: '', amount: 1 });
  t.equal(queue.next(), undefined);
  queue.add([order('s_3'), order('s_2')]);
  queue.add([order('s_4')]);
  t.match(queue.next(), { order: { id: 's_4' }, more: 2 });
  t.equal(queue.next(), undefined);
  t.end();
});

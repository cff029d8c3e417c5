import t from 'tap';

import type { Board, RankedList } from '../../src/actors/ranking/commands.js';
import { rebuildRankings } from '../../src/jobs/rankings.js';
import type { ActorId, Json } from '../../src/store/ports.js';
import { audit, found } from './verify-audit.js';
import { City } from './verify-city.js';

const ALL: ActorId = 'ranking:all.all.CNY';

async function read<T>(city: City, name: string, input: Json): Promise<T> {
  const answer = await city.clock.settle(city.system.read(ALL, name, input, 'screen:wall'));
  if ('unstored' in answer || !answer.value.outcome.ok) throw new Error('the ranking does not answer');
  return answer.value.outcome.value as T;
}

const rebuild = (city: City, run: string) =>
  city.clock.settle(rebuildRankings({ engine: city.system, views: city.store.views, run }));

t.test('a ranking that says something wrong is mended from its owners', async (t) => {
  const city = new City();
  await city.days();
  await city.clock.advance(3_600_000);
  const right = await read<Board>(city, 'board', { limit: 10 });
  // What no owner ever said, under a seq that it has reached.
  const wrong = { from: 'd_1', fromName: 'Car 1', seq: 3, list: 'devices', amount: 999_999, count: 99, driver: [] };
  await city.ask(ALL, 'report', wrong, 'system:rankings');
  t.equal((await read<Board>(city, 'board', { limit: 10 })).totals.devices.orders, 100);
  const told = await rebuild(city, 'mend');
  t.match(told, { owners: 4, failed: [] });
  t.same((await read<Board>(city, 'board', { limit: 10 })).totals, right.totals);
  t.same(await rows(city, 'drivers'), right.top.drivers);
  t.same(found(await audit(await city.lived())), []);
});

t.test('what was not told yet is told by a rebuild, and telling it later changes nothing', async (t) => {
  const city = new City();
  await city.days();
  const before = await read<Board>(city, 'board', { limit: 10 });
  await city.clock.settle(city.system.projected());
  await rebuild(city, 'early');
  const after = await read<Board>(city, 'board', { limit: 10 });
  t.equal(after.totals.devices.orders, before.totals.devices.orders + 1);
  await city.clock.advance(3_600_000);
  t.same((await read<Board>(city, 'board', { limit: 10 })).totals, after.totals);
  t.same(found(await audit(await city.lived())), []);
});

t.test('owners that do not answer are named', async (t) => {
  const city = new City();
  await city.days();
  await city.clock.settle(city.system.projected());
  const engine = {
    ask: city.system.ask.bind(city.system),
    read: (actor: ActorId, ...question: [string, Json, string]) =>
      actor === 'device:d_2'
        ? Promise.resolve({ unstored: { code: 'unavailable', message: 'away' } })
        : city.system.read(actor, ...question),
  };
  const told = await city.clock.settle(rebuildRankings({ engine, views: city.store.views, run: 'half' }));
  t.match(told, { owners: 4, failed: [{ actor: 'device:d_2', error: { code: 'unavailable' } }] });
});

function rows(city: City, list: RankedList): Promise<Board['top'][RankedList]> {
  return read(city, 'top', { list, limit: 10 });
}

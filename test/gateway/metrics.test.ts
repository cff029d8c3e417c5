import t from 'tap';

import { createMetrics } from '../../src/gateway/metrics.js';
import { ask, openHouse } from '../support/house.js';

t.test('the page counts turns, flushes, sockets and refusals by code', async (t) => {
  const house = await openHouse(t);
  const socket = await house.socket({ screen: null });
  await t.rejects(ask(socket, 'sale.place', {}), { message: 'not_allowed' });
  await t.rejects(ask(socket, 'nonsense', {}), { message: 'unknown_command' });
  const page = await (await fetch(`${house.url}/metrics`)).text();
  t.match(page, /backseat_turns_total\{kind="account"\} [1-9]/);
  t.match(page, /backseat_commit_ms_count [1-9]/);
  t.match(page, /backseat_flush_entries_bucket\{le="1"\} [1-9]/);
  t.match(page, 'backseat_sockets{role="screen"} 1');
  t.match(page, 'backseat_refusals_total{request="sale.place",code="not_allowed"} 1');
  t.match(page, 'backseat_refusals_total{request="other",code="unknown_command"} 1');
});

t.test('what a stranger calls a request makes no series', async (t) => {
  const metrics = createMetrics();
  const meters = metrics.gateway(new Set(['sale.place']));
  for (let i = 0; i < 50; i++) meters.answered(`made up ${i}`, 'unknown_command');
  const page = await metrics.page();
  t.equal(page.match(/^backseat_refusals_total\{/gm)?.length, 1);
  t.match(page, 'backseat_refusals_total{request="other",code="unknown_command"} 50');
});

t.test('two nodes in one process count apart', async (t) => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.engine.turn('device', undefined);
  t.match(await one.page(), 'backseat_turns_total{kind="device"} 1');
  t.notMatch(await other.page(), 'kind="device"');
});

t.test('a gauge is read when the page is asked for', async (t) => {
  const metrics = createMetrics();
  let value = 1;
  metrics.watch('backseat_waiting', 'What waits', () => value);
  t.match(await metrics.page(), 'backseat_waiting 1');
  value = 2;
  t.match(await metrics.page(), 'backseat_waiting 2');
});

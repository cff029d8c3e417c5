import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { lineTo } from './counterpart.js';

t.test('whoever waits for a stream hears when the line is closed', async (t) => {
  const line = await lineTo(t);
  const followed = line.follow('silent', () => undefined);
  line.close();
  await t.rejects(followed, { code: 'no_answer' });
  await t.rejects(
    line.follow('live', () => undefined),
    { code: 'no_answer' },
    'also who comes after that',
  );
});

t.test('a stream that was left can be followed again', async (t) => {
  const line = await lineTo(t);
  await line.follow('live', () => undefined);
  line.leave('live');
  await line.follow('live', () => undefined);
  const silent = line.follow('silent', () => undefined);
  line.leave('silent');
  await t.rejects(silent, { code: 'no_answer' });
});

t.test('a line that hung up stays away until it dials', async (t) => {
  const line = await lineTo(t, { 'wallet.get': () => ({ balances: {} }) });
  line.hangUp();
  const asked = line.ask('wallet.get', {});
  // A client that was let go by accident would call again within 750 ms.
  t.equal(await Promise.race([asked, sleep(800, 'nothing')]), 'nothing');
  line.dial();
  t.same(await asked, { balances: {} });
});

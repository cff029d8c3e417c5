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

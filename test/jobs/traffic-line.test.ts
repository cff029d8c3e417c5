import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import t, { type Test } from 'tap';
import { Line } from '../../src/jobs/traffic/line.js';

/** A server that lets everybody in, lets them follow `live`, and has no word on any other stream. */
async function serve(t: Test): Promise<Line> {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'] });
  io.on('connection', (socket) => {
    socket.on('stream.follow', ({ input }: { input: { stream: string } }, ack: (answer: object) => void) => {
      if (input.stream === 'live') ack({ ok: true, value: { head: 0, missed: [], lagged: false } });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  t.teardown(() => io.close());
  const line = await Line.open(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, {});
  t.teardown(() => {
    line.close();
  });
  return line;
}

t.test('whoever waits for a stream hears when the line is closed', async (t) => {
  const line = await serve(t);
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
  const line = await serve(t);
  await line.follow('live', () => undefined);
  line.leave('live');
  await line.follow('live', () => undefined);
  const silent = line.follow('silent', () => undefined);
  line.leave('silent');
  await t.rejects(silent, { code: 'no_answer' });
});

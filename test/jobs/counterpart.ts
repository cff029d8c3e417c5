/** A server of a test's own, for those who talk to one: it answers what the test says, over real sockets. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import type { Test } from 'tap';
import { Line } from '../../src/jobs/traffic/line.js';

type Answer = (answer: object) => void;

/** What is asked by name; of a name that is not here nobody ever hears. */
export type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>, socket: Socket) => object>>;

/** Lets follow each stream that does not begin with `silent`. */
export async function lineTo(t: Test, answers: Answers = {}): Promise<Line> {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'] });
  io.on('connection', (socket) => {
    socket.on('stream.follow', ({ input }: { input: { stream: string } }, ack: Answer) => {
      if (!input.stream.startsWith('silent')) ack({ ok: true, value: { head: 0, missed: [], lagged: false } });
    });
    for (const [name, answer] of Object.entries(answers)) {
      socket.on(name, ({ input }: { input: Readonly<Record<string, unknown>> }, ack: Answer) => {
        ack({ ok: true, value: answer(input, socket) });
      });
    }
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  t.teardown(() => io.close());
  const line = await Line.open(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, {});
  t.teardown(() => {
    line.close();
  });
  return line;
}

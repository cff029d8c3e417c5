/** What stands in front of a cluster: hands each connection to the next node that takes it, as HAProxy would. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Balancer {
  readonly url: string;
  close(): void;
}

export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const ports = urls.map((url) => Number(new URL(url).port));
  const sockets = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const forward = (near: Socket, triesLeft: number): void => {
    if (triesLeft === 0) {
      near.destroy();
      return;
    }
    const far = connect(ports[turn++ % ports.length] ?? 0, '127.0.0.1');
    let through = false;
    keep(far);
    far.once('connect', () => {
      through = true;
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
    });
    far.on('error', () => undefined);
    far.once('close', () => {
      if (through) near.destroy();
      else forward(near, triesLeft - 1);
    });
  };
  const server = createServer((near) => {
    keep(near);
    near.on('error', () => undefined);
    forward(near, ports.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

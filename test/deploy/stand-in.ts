/** A node as HAProxy sees it: whether it is ready, and who came to it. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class StandIn {
  ready = true;
  /** Headers of the requests that came, those of HAProxy's own checks left out. */
  readonly came: IncomingHttpHeaders[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer(({ url, headers }, response) => {
      if (url === '/ready') response.statusCode = this.ready ? 200 : 503;
      else this.came.push(headers);
      response.end();
    });
  }

  static async open(t: { teardown(run: () => unknown): void }): Promise<StandIn> {
    const node = new StandIn();
    node.server.listen(0, '127.0.0.1');
    await once(node.server, 'listening');
    t.teardown(() => {
      node.server.closeAllConnections();
      node.server.close();
    });
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

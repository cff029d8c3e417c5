/**
 * engine.io's server over uWebSockets.js, whose handshakes come in turns. The native part of an upgrade is cheap and is
 * done at once: uWebSockets.js now and then closes a connection whose upgrade it is told of later and corked. What
 * engine.io and socket.io build upon it is what costs, and waits; a client says nothing before it hears of that.
 */
import { createRequire } from 'node:module';

import type EngineIo from 'engine.io';
import type { ErrorCallback, Transport } from 'engine.io';

import type { Handshakes } from './handshakes.js';

const require = createRequire(import.meta.url);
/** Its ES module wrapper leaves it out. */
const { uServer } = require('engine.io') as typeof EngineIo;

type Name = Parameters<EngineIo.BaseServer['upgrades']>[0];
/** As much as is said here of a request. */
type Request = Parameters<EngineIo.BaseServer['generateId']>[0] & { readonly _query: Record<string, string> };

export class UwsEngine extends uServer {
  /** What is open already, by the request that opened it. */
  private readonly open = new WeakMap<Request, Transport>();
  private closed = false;

  constructor(
    options: EngineIo.ServerOptions,
    private readonly handshakes: Handshakes,
  ) {
    super(options);
  }

  protected override handshake(name: Name, request: Request): Promise<Transport> {
    const transport = super.createTransport(name, request) as Transport;
    this.open.set(request, transport);
    const close: ErrorCallback = () => {
      transport.close();
    };
    this.handshakes.add(() => {
      if (this.closed) close();
      // Not for whoever has gone.
      else if (transport.readyState === 'open') void super.handshake(name, request, close);
    });
    return Promise.resolve(transport);
  }

  protected override createTransport(name: Name, request: Request): Transport {
    return this.open.get(request) ?? (super.createTransport(name, request) as Transport);
  }

  protected override cleanup(): void {
    this.closed = true;
  }
}

/** Chooses the transport. */
import { listenNode } from './node.js';
import { CannotListen, type Transport, type TransportOptions } from './port.js';
import { listenUws } from './uws.js';

/** `auto` takes uWebSockets.js where it loads; asked for by name, a transport that does not load is an error. */
export async function listen(choice: 'auto' | 'uws' | 'node', options: TransportOptions): Promise<Transport> {
  return closingOnce(await choose(choice, options));
}

async function choose(choice: 'auto' | 'uws' | 'node', options: TransportOptions): Promise<Transport> {
  if (choice === 'node') return listenNode(options);
  const fast = await listenUws(options);
  if (fast) return fast;
  if (choice === 'uws')
    throw new CannotListen('uWebSockets.js has no binary for this Node; use BACKSEAT_TRANSPORT=node');
  options.log.info('uWebSockets.js does not load here: sockets run over ws');
  return listenNode(options);
}

/** Native code frees what it closes: a second `close` of the same listening socket would end the process. */
function closingOnce(transport: Transport): Transport {
  let closing: Promise<void> | undefined;
  return { ...transport, close: () => (closing ??= transport.close()) };
}

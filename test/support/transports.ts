/**
 * Why tests of a transport are skipped here: uWebSockets.js has binaries for some releases of Node, and else `ws`
 * serves.
 */
import { uwsIsHere } from '../../src/gateway/transport/uws-binary.js';

/** For tap's `skip`. */
export function notHere(transport: 'uws' | 'node'): string | false {
  return transport === 'uws' && !uwsIsHere() && 'uWebSockets.js has no binary for this Node';
}

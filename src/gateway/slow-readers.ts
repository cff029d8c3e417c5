/**
 * Closes sockets that read more slowly than they are told (R8). uWebSockets.js closes them at once by
 * itself; what `ws` has buffered is looked at now and then, which bounds it all the same: between two
 * looks a socket can be told only as much as its own limits let it ask, and its streams push.
 */
import type { Clock } from '../actors/runtime/clock.js';
import type { Connections } from './connections.js';
import type { Transport } from './transport/port.js';

const LOOK_EVERY_MS = 500;

/** Starts to look; returns the way to stop. */
export function watchSlowReaders(
  connections: Connections,
  transport: Pick<Transport, 'bufferedBytes'>,
  maxBytes: number,
  clock: Pick<Clock, 'after'>,
): () => void {
  let cancel = clock.after(LOOK_EVERY_MS, look);
  function look(): void {
    for (const connection of [...connections]) {
      if (transport.bufferedBytes(connection.socket) > maxBytes) {
        connection.close('too_slow', `${maxBytes} bytes wait for this socket`);
      }
    }
    cancel = clock.after(LOOK_EVERY_MS, look);
  }
  return () => {
    cancel();
  };
}

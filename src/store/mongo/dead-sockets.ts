/**
 * A command to MongoDB ends when its connection does. The driver (seen in 7.8 and 7.9) writes to a socket that is gone
 * but has not said so yet, which happens whenever a server dies while commands are on their way, and then waits for
 * ever for it to drain: an append that never has its word, or a monitor that never again finds the server. No limit of
 * time covers either. So what is written also ends with its connection.
 *
 * Boundary: the one place that knows an inside of the driver. Its test fails where the driver has changed, and once the
 * driver does this itself, this file goes.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

import mongoose from 'mongoose';

/** What is used of a connection of the driver: it says `close` once, after it has noted why. */
interface DriverConnection extends EventEmitter {
  readonly error: Error | null;
  writeCommand: (this: DriverConnection, ...command: unknown[]) => Promise<void>;
}

const ours = createRequire(import.meta.url);
// The very driver that mongoose loads, wherever it is installed.
const { Connection } = createRequire(ours.resolve('mongoose'))('mongodb/lib/cmap/connection.js') as {
  readonly Connection: { readonly prototype: DriverConnection };
};

let mended = false;

/** Makes it so in this process, once, for all connections that there are and will be. */
export function endWithTheirSockets(): void {
  if (mended) return;
  mended = true;
  const { writeCommand } = Connection.prototype;
  Connection.prototype.writeCommand = async function (...command) {
    let onClose = (): void => undefined;
    const closed = new Promise<never>((_, reject) => {
      onClose = () => {
        reject(this.error ?? new mongoose.mongo.MongoNetworkError('the connection is closed'));
      };
    });
    this.once('close', onClose);
    try {
      await Promise.race([writeCommand.apply(this, command), closed]);
    } finally {
      this.off('close', onClose);
    }
  };
}

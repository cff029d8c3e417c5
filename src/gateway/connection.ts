/**
 * One socket that was let in: who it speaks for, what it may still ask, what waits for an answer. The
 * gateway holds no other state per socket, and a hundred thousand idle ones fit in memory.
 */
import { refusal } from './answer.js';
import type { Caller } from './contract/declare.js';
import type { Bucket } from './limits/bucket.js';
import type { GatewaySocket } from './transport/port.js';
import type { ErrorCode } from '../errors.js';

export class Connection {
  /** Requests that wait for their answer. */
  waiting = 0;
  /** Streams that it is about to follow. */
  following = 0;
  /** Cancels what is due when it stays too long; a guest's. */
  cancel: (() => void) | undefined;

  constructor(
    readonly socket: GatewaySocket,
    readonly caller: Caller,
    /** Its own bucket, and that of its account or address. */
    readonly bucket: Bucket,
    readonly shared: Bucket,
  ) {}

  /** Says why, and closes. */
  close(code: ErrorCode, message: string): void {
    this.socket.emit('closing', refusal(code, message));
    this.socket.disconnect(true);
  }
}

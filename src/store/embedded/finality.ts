/**
 * ENGINE 2: a failed write or sync is final for the process. No retry and no reading back: a row may
 * be visible and yet not be on the disk. One switch, off for good, that every port asks first.
 */
import { StoreFailed } from '../ports.js';

export class Finality {
  private failure: Error | undefined;

  /** Throws when the store has failed, or was closed. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** Runs a write; when it fails, so does everything from now on. */
  async write<T>(what: string, write: () => Promise<T>): Promise<T> {
    this.check();
    try {
      return await write();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.failure ??= new StoreFailed(`the store could not ${what}: ${reason}`, { cause });
      throw this.failure;
    }
  }

  /** After a close nothing works either. Says whether all was well until then. */
  close(): boolean {
    const inOrder = this.failure === undefined;
    this.failure ??= new Error('the store is closed');
    return inOrder;
  }
}

/**
 * Passwords of people: argon2id, a few at once and a bounded number waiting (R8), and the same work for
 * a name that does not exist, so that the time of an answer tells nothing.
 */
import { hash, verify, type Options } from '@node-rs/argon2';

import { Turnstile } from '../limits/turnstile.js';

/** What one hash costs. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
  /** Hashes at the same time. */
  readonly atOnce: number;
}

/** Hashes that may wait; at 30 ms each the last of them waits seconds. */
const MOST_WAITING = 512;

export class Passwords {
  private readonly turnstile: Turnstile;
  private readonly options: Options;
  /** A hash that no password has, made when it is first needed. */
  private nobody: Promise<string> | undefined;

  constructor(cost: PasswordCost) {
    this.turnstile = new Turnstile(cost.atOnce, MOST_WAITING);
    // The package's default algorithm is argon2id.
    this.options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  }

  /**
   * The hash to store; undefined when too many wait. The salt is the command's own, so that its retry asks for the
   * same.
   */
  hash(password: string, salt: Uint8Array): Promise<string | undefined> {
    return this.turnstile.pass(() => hash(password, { ...this.options, salt }));
  }

  /**
   * Whether the password is that of `stored`; with nothing stored it takes as long and says no. Undefined when too many
   * wait, and when `mayTry` says no by the time that its turn comes: those who wait are many tries at once.
   */
  verify(stored: string | undefined, password: string, mayTry: () => boolean): Promise<boolean | undefined> {
    return this.turnstile.pass(async () => {
      if (!mayTry()) return undefined;
      this.nobody ??= hash('', this.options);
      const same = await verify(stored ?? (await this.nobody), password);
      return same && stored !== undefined;
    });
  }
}

/**
 * Slows who guesses passwords and codes. Only failures count, so a whole fleet may log in at once from
 * one address; a name under attack stays usable for addresses that have not failed at it.
 */
import { Buckets } from '../limits/buckets.js';
import type { Rate } from '../limits/bucket.js';

/** Failures of one address at one name: five, then one in ten seconds. */
const AT_ONE_NAME: Rate = { perSecond: 0.1, burst: 5 };
/** Failures at one name, from everywhere. */
const AT_A_NAME: Rate = { perSecond: 1, burst: 100 };
/** Failures of one address, at all names. */
const OF_AN_ADDRESS: Rate = { perSecond: 0.5, burst: 50 };

export class Attempts {
  private readonly pairs: Buckets;
  private readonly names: Buckets;
  private readonly addresses: Buckets;

  constructor(now: () => number) {
    this.pairs = new Buckets(AT_ONE_NAME, now);
    this.names = new Buckets(AT_A_NAME, now);
    this.addresses = new Buckets(OF_AN_ADDRESS, now);
  }

  /** 0 when another try is granted, else the ms to wait. */
  wait(name: string, address: string): number {
    return Math.max(this.pairs.wait(`${name} ${address}`), this.names.wait(name), this.addresses.wait(address));
  }

  failed(name: string, address: string): void {
    this.pairs.take(`${name} ${address}`);
    this.names.take(name);
    this.addresses.take(address);
  }

  succeeded(name: string, address: string): void {
    this.pairs.forget(`${name} ${address}`);
  }
}

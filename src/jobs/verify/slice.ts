/**
 * A part of all names. What links actors (messages, transit accounts, rankings) is remembered until its other end
 * is read, and a journal may hold more of it than memory. Then the audit halves the names it watches, forgets the
 * rest, and reads the journal again for those: memory is bounded, and a small journal is read once.
 */
import { crc32 } from 'node:zlib';

export class Slice {
  constructor(
    private modulus = 1,
    private readonly rest = 0,
  ) {}

  /** Whether a name is watched in this reading. */
  has(name: string): boolean {
    return this.modulus === 1 || crc32(name) % this.modulus === this.rest;
  }

  /** Watches half of the names from now on; the other half is what it gives. */
  halve(): Slice {
    const other = new Slice(this.modulus * 2, this.rest + this.modulus);
    this.modulus *= 2;
    return other;
  }
}

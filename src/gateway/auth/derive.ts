/**
 * Secrets and ids that a retry must meet again (R4): a command that is sent twice with one id has to
 * name the same new device, hand out the same key, open the same session. So they are not drawn but
 * derived, by HMAC, from the node's secret and the command; nobody without the secret can tell them.
 */
import { createHmac } from 'node:crypto';

/** Characters of an id behind its prefix: 96 bits. */
const ID_LENGTH = 16;
/** One-time codes leave out what looks alike: 32 letters and digits. */
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

export class Derive {
  constructor(private readonly secret: string) {}

  private bytes(label: string, parts: readonly string[]): Buffer {
    return createHmac('sha256', this.secret)
      .update(JSON.stringify([label, ...parts]))
      .digest();
  }

  /** A long secret: 256 bits, 43 characters. */
  secretFor(label: string, ...parts: readonly string[]): string {
    return this.bytes(label, parts).toString('base64url');
  }

  /** `<prefix>_<16 characters>`. */
  id(prefix: string, ...parts: readonly string[]): string {
    return `${prefix}_${this.bytes(`id ${prefix}`, parts).toString('base64url').slice(0, ID_LENGTH)}`;
  }

  /** A code for people to read and type, of `length` letters and digits. */
  code(length: number, label: string, ...parts: readonly string[]): string {
    const bytes = this.bytes(label, parts).subarray(0, length);
    return Array.from(bytes, (byte) => CODE_LETTERS.charAt(byte % CODE_LETTERS.length)).join('');
  }

  /** 16 bytes for a password's salt. */
  salt(label: string, ...parts: readonly string[]): Uint8Array {
    return this.bytes(label, parts).subarray(0, 16);
  }
}

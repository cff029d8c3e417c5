/**
 * Access tokens: signed (HS256), short-lived, checked without asking anybody who the caller is. That the
 * session still stands is asked beside it (sessions.ts), so a token does not outlive a log-out.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createSigner, createVerifier } from 'fast-jwt';

import { BadSetting } from '../../config.js';
import type { Role } from '../contract/declare.js';

/** What a token says of its bearer. */
export interface Claims {
  readonly subject: string;
  readonly role: Role;
  readonly account: string;
  readonly session: string;
}

/** The claims as they are written: `exp` is seconds UTC. */
interface Written {
  readonly sub: string;
  readonly role: Role;
  readonly acc: string;
  readonly ses: string;
  readonly exp: number;
}

/** Fewer characters than these sign nothing. */
const LEAST_SECRET = 32;

export class Tokens {
  private readonly sign: (payload: Written) => string;
  private readonly verify: (token: string) => Written;

  constructor(
    secret: string,
    private readonly lifeMs: number,
    private readonly now: () => number,
  ) {
    this.sign = createSigner({ key: secret, algorithm: 'HS256', noTimestamp: true });
    // The node's own clock judges the end of a token, not the library's.
    this.verify = createVerifier({ key: secret, algorithms: ['HS256'], ignoreExpiration: true });
  }

  /** A token, and when it ends (ms UTC). */
  issue(claims: Claims): { readonly access: string; readonly expiresAt: number } {
    const exp = Math.ceil((this.now() + this.lifeMs) / 1000);
    const { subject: sub, role, account: acc, session: ses } = claims;
    return { access: this.sign({ sub, role, acc, ses, exp }), expiresAt: exp * 1000 };
  }

  /** What a token says; undefined when it is not ours or has ended. */
  read(token: string): Claims | undefined {
    try {
      const { sub, role, acc, ses, exp } = this.verify(token);
      return exp * 1000 > this.now() ? { subject: sub, role, account: acc, session: ses } : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The secret of a data folder: made once, readable by its owner alone. */
export async function secretOf(folder: string): Promise<string> {
  const path = join(folder, 'token-secret');
  await mkdir(folder, { recursive: true });
  try {
    const file = await open(path, 'wx', 0o600);
    const made = randomBytes(LEAST_SECRET).toString('base64url');
    await file.writeFile(made);
    await file.sync();
    await file.close();
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const kept = (await readFile(path, 'utf8')).trim();
  if (kept.length < LEAST_SECRET)
    throw new BadSetting(`${path} holds no secret; remove it to get a new one (all sessions end)`);
  return kept;
}

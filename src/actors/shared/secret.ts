/** Secrets are kept as digests: of long random keys and codes, where a slow hash would only cost time. */
import { createHash } from 'node:crypto';

/** The digest of a secret that belongs to `owner` (an actor's key), so that equal secrets of two owners differ. */
export function digest(owner: string, secret: string): string {
  return createHash('sha256').update(`${owner}\n${secret}`).digest('base64url');
}

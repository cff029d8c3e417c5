/** Comparing what was shown with what is known, in a time that tells nothing of where they differ. */
import { timingSafeEqual } from 'node:crypto';

import { digest } from '../../actors/shared/secret.js';

/** Whether two digests are the same. */
export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether `shown` is the key that the operator has set; one that is not set is shown by nobody. */
export function isKey(set: string, shown: string): boolean {
  return set !== '' && same(digest('key', set), digest('key', shown));
}

/**
 * How the sandbox and this server prove to each other who speaks: HMAC-SHA256 over time and body with a
 * secret that both hold, in two headers.
 *
 *   sandbox-timestamp   ms UTC when the request was signed
 *   sandbox-signature   hex of HMAC-SHA256(secret, `<timestamp>\n<body>`); a GET signs its path and query
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const TIMESTAMP = 'sandbox-timestamp';
const SIGNATURE = 'sandbox-signature';

/** How old a signed request may be, or how far ahead its clock, ms. */
export const MOST_AGE = 5 * 60_000;

export type SignedHeaders = { readonly [TIMESTAMP]: string; readonly [SIGNATURE]: string };

export function sign(secret: string, body: string, now: number): SignedHeaders {
  return { [TIMESTAMP]: String(now), [SIGNATURE]: hmac(secret, String(now), body) };
}

/** Whether the headers prove that the holder of `secret` sent `body` within {@link MOST_AGE} of `now`. */
export function isSigned(
  secret: string,
  body: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: number,
): boolean {
  const timestamp = headers[TIMESTAMP];
  const signature = headers[SIGNATURE];
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return false;
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > MOST_AGE) return false;
  const expected = Buffer.from(hmac(secret, timestamp, body));
  const shown = Buffer.from(signature);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}

function hmac(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${body}`).digest('hex');
}

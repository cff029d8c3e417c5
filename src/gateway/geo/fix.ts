/**
 * One fix of a car: what a driver's app says of where it is, and what of it can be true. Positions are
 * degrees in one datum, WGS-84, wherever they are stored or sent.
 */
import { distance } from 'geokdbush';

import { refuse, type Refused } from '../../actors/runtime/definition.js';

/** A ping as the contract lets it through; `at` is when the fix was taken, ms UTC, absent: now. */
export interface Ping {
  readonly lon: number;
  readonly lat: number;
  readonly at?: number;
  /** Degrees clockwise from north, 0 to 360. */
  readonly bearing?: number;
}

/** A fix that was believed. */
export type Fix = {
  readonly lon: number;
  readonly lat: number;
  readonly at: number;
  readonly bearing?: number;
};

/** What a car cannot do. */
const FASTEST_KMH = 150;
/** An app's clock may be ahead by this much. */
const CLOCK_SKEW_MS = 5_000;

const HOUR_MS = 3_600_000;
/** Six digits are a tenth of a metre. */
const PRECISION = 1e6;

/** Judges a ping against the driver's last fix: a fix, a refusal, or nothing where it is not news. */
export function judge(ping: Ping, last: Fix | undefined, now: number): Fix | Refused | undefined {
  const { at = now, bearing } = ping;
  if (!within(ping.lon, 180)) return refuse('bad_input', 'lon: must be from -180 to 180');
  if (!within(ping.lat, 90)) return refuse('bad_input', 'lat: must be from -90 to 90');
  if (bearing !== undefined && !(bearing >= 0 && bearing <= 360)) {
    return refuse('bad_input', 'bearing: must be from 0 to 360');
  }
  if (!Number.isSafeInteger(at) || at < 0) return refuse('bad_input', 'at: must be milliseconds since 1970');
  if (at > now + CLOCK_SKEW_MS) return refuse('bad_input', 'at: must not be in the future');
  const fix = { lon: round(ping.lon), lat: round(ping.lat), at, ...(bearing === undefined ? {} : { bearing }) };
  if (!last) return fix;
  if (at <= last.at) return undefined;
  const speed = distance(last.lon, last.lat, fix.lon, fix.lat) / ((at - last.at) / HOUR_MS);
  if (speed <= FASTEST_KMH) return fix;
  const kmh = Math.min(Math.round(speed), Number.MAX_SAFE_INTEGER);
  return refuse('position_jump', `lon, lat: ${kmh} km/h from the last position`, { kmh, lastAt: last.at });
}

function within(degrees: number, most: number): boolean {
  return Number.isFinite(degrees) && Math.abs(degrees) <= most;
}

function round(degrees: number): number {
  return Math.round(degrees * PRECISION) / PRECISION;
}

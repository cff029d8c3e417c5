/**
 * Options that several commands have, and how their text is read.
 */
import { InvalidArgumentError } from 'commander';

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** `max`, or a factor above 0. */
export function speed(text: string): number | 'max' {
  if (text === 'max') return text;
  const value = Number(text);
  if (!(value > 0 && value <= 1e6)) throw new InvalidArgumentError('It must be max, or a number above 0, as 60.');
  return value;
}

/** The address of a running server. */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an address as http://localhost:3000.');
  }
  return url.origin;
}

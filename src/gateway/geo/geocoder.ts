/**
 * Addresses from coordinates and coordinates from addresses, by a provider outside, or by none. An address is a
 * nicety: a provider that is slow, wrong or away costs a station its address and nothing else, so a look-up
 * never rejects and never waits longer than its time.
 */
import { LRUCache } from 'lru-cache';

import type { Place } from './stations.js';

/** What an address was found to be; the datum is WGS-84. */
export interface Found extends Place {
  readonly address: string;
}

/** A provider. It may reject; nothing found is `undefined`. */
export interface GeocoderProvider {
  addressOf(place: Place, signal: AbortSignal): Promise<string | undefined>;
  placeOf(address: string, signal: AbortSignal): Promise<Found | undefined>;
}

export interface GeocoderOptions {
  /** `undefined`: off, nothing is ever found. */
  readonly provider: GeocoderProvider | undefined;
  /** Told why a look-up failed. */
  readonly onError: (error: unknown) => void;
  readonly timeoutMs?: number;
  /** Answers that are kept. */
  readonly remember?: number;
  /** Look-ups at once; further ones find nothing. */
  readonly atOnce?: number;
}

/** `undefined` cannot be cached, and "nothing there" is worth keeping. */
type Kept<T> = { readonly found: T | undefined };

/** Four digits are about ten metres: as exact as an address. */
const GRID = 1e4;
/** No address is longer. */
const LONGEST = 200;

export class Geocoder {
  private readonly addresses: LRUCache<string, Kept<string>>;
  private readonly places: LRUCache<string, Kept<Found>>;
  private running = 0;

  constructor(private readonly options: GeocoderOptions) {
    const max = options.remember ?? 10_000;
    this.addresses = new LRUCache({ max });
    this.places = new LRUCache({ max });
  }

  /** The address of a place; `undefined` when none was found in time. */
  addressOf({ lon, lat }: Place): Promise<string | undefined> {
    const near = { lon: Math.round(lon * GRID) / GRID, lat: Math.round(lat * GRID) / GRID };
    return this.lookUp(this.addresses, `${near.lon},${near.lat}`, async (provider, signal) =>
      (await provider.addressOf(near, signal))?.slice(0, LONGEST),
    );
  }

  /** Where an address is; `undefined` when it was not found in time. */
  placeOf(address: string): Promise<Found | undefined> {
    const asked = address.trim().slice(0, LONGEST);
    if (asked === '') return Promise.resolve(undefined);
    return this.lookUp(this.places, asked, (provider, signal) => provider.placeOf(asked, signal));
  }

  private async lookUp<T extends object | string>(
    cache: LRUCache<string, Kept<T>>,
    key: string,
    ask: (provider: GeocoderProvider, signal: AbortSignal) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { provider, onError, timeoutMs = 3_000, atOnce = 8 } = this.options;
    const kept = cache.get(key);
    if (kept || !provider) return kept?.found;
    if (this.running >= atOnce) return undefined;
    this.running += 1;
    try {
      const found = await ask(provider, AbortSignal.timeout(timeoutMs));
      cache.set(key, { found });
      return found;
    } catch (error) {
      onError(error);
      return undefined;
    } finally {
      this.running -= 1;
    }
  }
}

/**
 * Gives stations that were registered without an address one, when a geocoder is set up.
 *
 * Boundary: a station is registered at once and gets its address later, by a command of its own, so that a slow
 * provider holds nobody up and a repeated registration stays the same command. One look-up at a time with a pause
 * behind it, as public servers ask for; one that found nothing is tried again after ten minutes, with the next change
 * of that station, or with the next start.
 */
import { LRUCache } from 'lru-cache';

import type { Chance, Clock } from '../../actors/runtime/clock.js';
import type { Engine } from '../../actors/runtime/engine.js';
import { stationsCollection } from '../../actors/station/views.js';
import type { Settings } from '../../config.js';
import type { Row } from '../../store/ports.js';
import { amap } from './amap.js';
import { Geocoder, type GeocoderProvider } from './geocoder.js';
import { openStreetMap } from './openstreetmap.js';
import type { Place } from './stations.js';

type GeocoderSettings = Pick<Settings, 'geocoder' | 'geocoderServer' | 'geocoderKey' | 'geocoderLanguage'>;

const PAUSE_MS = 1_000;
const AGAIN_MS = 600_000;
/** Who tells the station. */
const CALLER = 'system:geocoder';

export class Addresses {
  /** Stations that wait for their address. */
  private readonly waiting = new Map<string, Place>();
  private readonly tried = new LRUCache<string, true>({ max: 10_000, ttl: AGAIN_MS });
  private engine: Pick<Engine, 'ask'> | undefined;
  private stopPause: (() => void) | undefined;
  private looking: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly geocoder: Geocoder,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** As the settings say; `undefined` when they say `off`. */
  static from(
    settings: GeocoderSettings,
    clock: Clock,
    chance: Chance,
    onError: (error: unknown) => void,
  ): Addresses | undefined {
    const provider = providerOf(settings);
    return provider && new Addresses(new Geocoder({ provider, onError }), clock, chance, onError);
  }

  /** Stations may be told from now on; those that are known already come first. */
  begin(engine: Pick<Engine, 'ask'>, stations: readonly Pick<Row, 'id' | 'fields'>[]): void {
    this.engine = engine;
    this.onRows(stations.map((station) => ({ ...station, collection: stationsCollection.name, version: 0 })));
  }

  /** Takes in what was written to the views. */
  onRows(rows: readonly Row[]): void {
    for (const { collection, id, fields } of rows) {
      if (collection !== stationsCollection.name || fields?.['address'] !== '') continue;
      const { lon, lat } = fields;
      if (typeof lon !== 'number' || typeof lat !== 'number' || this.tried.has(`${id} ${lon},${lat}`)) continue;
      this.waiting.set(id, { lon, lat });
    }
    this.next();
  }

  /** Looks no further, and waits for the look-up that is under way. */
  async close(): Promise<void> {
    this.closed = true;
    this.stopPause?.();
    await this.looking;
  }

  private next(): void {
    const [first] = this.waiting;
    if (!first || !this.engine || this.looking || this.stopPause || this.closed) return;
    const [station, place] = first;
    this.waiting.delete(station);
    this.tried.set(`${station} ${place.lon},${place.lat}`, true);
    this.looking = this.find(this.engine, station, place).then(() => {
      this.looking = undefined;
      this.stopPause = this.clock.after(PAUSE_MS, () => {
        this.stopPause = undefined;
        this.next();
      });
    });
  }

  private async find(engine: Pick<Engine, 'ask'>, station: string, place: Place): Promise<void> {
    const address = await this.geocoder.addressOf(place);
    if (address === undefined || this.closed) return;
    const id = `address.${this.chance.id()}`;
    const input = { lon: place.lon, lat: place.lat, address };
    const answer = await engine.ask({ to: `station:${station}`, type: 'setAddress', input, caller: CALLER, id });
    if ('unstored' in answer) this.onError(new Error(`station ${station}: ${answer.unstored.message}`));
  }
}

function providerOf(settings: GeocoderSettings): GeocoderProvider | undefined {
  const { geocoder, geocoderServer, geocoderKey: key, geocoderLanguage: language } = settings;
  const server = geocoderServer === '' ? {} : { server: geocoderServer };
  if (geocoder === 'amap') return amap({ key, ...server });
  return geocoder === 'openstreetmap' ? openStreetMap({ language, ...server }) : undefined;
}

/** Nominatim, OpenStreetMap's geocoder, by node-geocoder. */
import nodeGeocoder from 'node-geocoder';

import type { GeocoderProvider } from './geocoder.js';

export interface OpenStreetMapOptions {
  /** A Nominatim server's address; without it the public one, which allows one question a second. */
  readonly server?: string;
  /** Language of addresses, e.g. `zh-CN`. */
  readonly language: string;
}

const PUBLIC = 'https://nominatim.openstreetmap.org';

export function openStreetMap({ server = PUBLIC, language }: OpenStreetMapOptions): GeocoderProvider {
  // The public server wants to know who asks, and an answer has a few kilobytes.
  const http = { headers: { 'user-agent': 'backseat', accept: 'application/json' }, size: 65_536 };
  const geocoder = (signal: AbortSignal) =>
    nodeGeocoder({ provider: 'openstreetmap', osmServer: server.replace(/\/$/, ''), language, ...http, ...{ signal } });
  return {
    async addressOf({ lon, lat }, signal) {
      const [first] = await geocoder(signal).reverse({ lon, lat });
      return first?.formattedAddress;
    },
    async placeOf(address, signal) {
      const [first] = await geocoder(signal).geocode({ q: address, limit: 1 } as { address?: string });
      const { longitude: lon, latitude: lat, formattedAddress = address } = first ?? {};
      return lon === undefined || lat === undefined ? undefined : { lon, lat, address: formattedAddress };
    },
  };
}

/** Nominatim, OpenStreetMap's geocoder, by node-geocoder, which is loaded when it is first asked. */
import type { GeocoderProvider } from './geocoder.js';

export interface OpenStreetMapOptions {
  /** A Nominatim server's address; without it the public one, which allows one question a second. */
  readonly server?: string;
  /** Language of addresses, e.g. `zh-CN`. */
  readonly language: string;
}

const PUBLIC = 'https://nominatim.openstreetmap.org';

export function openStreetMap({ server = PUBLIC, language }: OpenStreetMapOptions): GeocoderProvider {
  const settings = {
    provider: 'openstreetmap' as const,
    osmServer: server.replace(/\/$/, ''),
    language,
    // The public server wants to know who asks.
    headers: { 'user-agent': 'backseat', accept: 'application/json' },
    /** Bytes of an answer. */
    size: 65_536,
  };
  const geocoder = async (signal: AbortSignal) => {
    const { default: nodeGeocoder } = await import('node-geocoder');
    return nodeGeocoder({ ...settings, ...{ signal } });
  };
  return {
    async addressOf({ lon, lat }, signal) {
      const [first] = await (await geocoder(signal)).reverse({ lon, lat });
      return first?.formattedAddress;
    },
    async placeOf(address, signal) {
      const [first] = await (await geocoder(signal)).geocode(address);
      const { longitude: lon, latitude: lat, formattedAddress = address } = first ?? {};
      return lon === undefined || lat === undefined ? undefined : { lon, lat, address: formattedAddress };
    },
  };
}

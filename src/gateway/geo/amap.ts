/**
 * AMap (Gaode), whose web service knows China best; node-geocoder has no adapter for it. Its map is in the datum
 * GCJ-02, ours in WGS-84 (some hundred metres apart), so coordinates are converted on the way out and in.
 */
import { createRequire } from 'node:module';

import type Gcoord from 'gcoord';

import type { GeocoderProvider } from './geocoder.js';

// Its types say that it has a default export; what it exports is the thing itself.
const gcoord = createRequire(import.meta.url)('gcoord') as typeof Gcoord.default;

export interface AmapOptions {
  /** The web service's key. */
  readonly key: string;
  /** Another address of the service. */
  readonly server?: string;
}

/** What the service answers; an empty address comes as an empty list. */
interface AmapAnswer {
  readonly status?: string;
  readonly info?: string;
  readonly regeocode?: { readonly formatted_address?: unknown };
  readonly geocodes?: readonly { readonly formatted_address?: unknown; readonly location?: unknown }[];
}

const PUBLIC = 'https://restapi.amap.com';

export function amap({ key, server = PUBLIC }: AmapOptions): GeocoderProvider {
  async function ask(path: string, question: Record<string, string>, signal: AbortSignal): Promise<AmapAnswer> {
    const url = new URL(path, server);
    url.search = new URLSearchParams({ ...question, key }).toString();
    const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`amap answers ${response.status}`);
    const answer = (await response.json()) as AmapAnswer;
    if (answer.status !== '1') throw new Error(`amap refuses: ${String(answer.info)}`);
    return answer;
  }
  return {
    async addressOf({ lon, lat }, signal) {
      const [x, y] = gcoord.transform([lon, lat], gcoord.WGS84, gcoord.GCJ02);
      const location = `${x.toFixed(6)},${y.toFixed(6)}`;
      return text((await ask('/v3/geocode/regeo', { location }, signal)).regeocode?.formatted_address);
    },
    async placeOf(address, signal) {
      const [first] = (await ask('/v3/geocode/geo', { address }, signal)).geocodes ?? [];
      const [x = NaN, y = NaN] = (text(first?.location) ?? '').split(',').map(Number);
      if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
      const [lon, lat] = gcoord.transform([x, y], gcoord.GCJ02, gcoord.WGS84);
      return { lon, lat, address: text(first?.formatted_address) ?? address };
    },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

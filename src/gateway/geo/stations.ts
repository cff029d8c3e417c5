/**
 * The stations nearest to a place, from an index in memory over the view `stations` (its fields `lon` and `lat`).
 * A station that is written on this node is found at once; one written elsewhere after the next `load`.
 */
import { around, distance } from 'geokdbush';
import KDBush from 'kdbush';

import type { Json, Row, Views } from '../../store/ports.js';

export interface Place {
  readonly lon: number;
  readonly lat: number;
}

/** A station near a place. */
export interface Near extends Place {
  /** The station's key. */
  readonly id: string;
  /** Its row in the view. */
  readonly fields: Readonly<Record<string, Json>>;
  readonly distanceM: number;
  /** Where to go from the place: degrees clockwise from north, 0 to 359. */
  readonly bearing: number;
}

interface Station extends Place {
  readonly id: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** The view that is indexed, and the index by which all of its rows are read. */
export interface StationsView {
  readonly collection: string;
  readonly index: string;
}

const PAGE = 1_000;
const METRES = 1_000;

export class NearestStations {
  private readonly stations = new Map<string, Station>();
  /** Built with the first question after a station came, went or moved. */
  private index: { readonly tree: KDBush; readonly ids: readonly string[] } | undefined;

  constructor(
    private readonly views: Views,
    private readonly view: StationsView,
  ) {}

  /** Reads all stations. */
  async load(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.views.find({ ...this.view, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      for (const { id, fields } of page.rows) this.put(id, fields);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Takes in what was written to the views. */
  onRows(rows: readonly Row[]): void {
    for (const row of rows) if (row.collection === this.view.collection) this.put(row.id, row.fields);
  }

  /** Stations within `radiusM` metres, nearest first, at most `limit`. */
  near(place: Place, radiusM: number, limit: number): readonly Near[] {
    const { tree, ids } = (this.index ??= build([...this.stations.values()]));
    return around(tree, place.lon, place.lat, limit, radiusM / METRES).flatMap((i) => {
      const station = this.stations.get(ids[i] ?? '');
      if (!station) return [];
      const km = distance(place.lon, place.lat, station.lon, station.lat);
      return [{ ...station, distanceM: Math.round(km * METRES), bearing: bearingTo(place, station) }];
    });
  }

  /** All stations that have a place. */
  all(): readonly Omit<Near, 'distanceM' | 'bearing'>[] {
    return [...this.stations.values()];
  }

  private put(id: string, fields: Row['fields']): void {
    const { lon, lat } = fields ?? {};
    const before = this.stations.get(id);
    if (before?.lon !== lon || before?.lat !== lat) this.index = undefined;
    if (fields && typeof lon === 'number' && typeof lat === 'number') this.stations.set(id, { id, lon, lat, fields });
    else this.stations.delete(id);
  }
}

function build(stations: readonly Station[]): { tree: KDBush; ids: readonly string[] } {
  const tree = new KDBush(stations.length);
  for (const { lon, lat } of stations) tree.add(lon, lat);
  return { tree: tree.finish(), ids: stations.map(({ id }) => id) };
}

/** The first direction of the shortest way. */
function bearingTo(from: Place, to: Place): number {
  const across = radians(to.lon - from.lon);
  const [a, b] = [radians(from.lat), radians(to.lat)];
  const east = Math.sin(across) * Math.cos(b);
  const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(across);
  return (Math.round((Math.atan2(east, north) * 180) / Math.PI) + 360) % 360;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

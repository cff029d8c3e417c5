/**
 * Stations of a file: `station_id, name, lon, lat`, and where the file has them `status` and `opening_hours`.
 */
import { readId, readName, readPlace } from './fields.js';
import { Recent } from './recent.js';
import { BadRow, type Rejects } from './rejects.js';
import { readTable, type TableRow } from './table.js';

/** One station of a file. */
export interface StationRow {
  readonly id: string;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  /** False when `status` says `closed`: such a station is not registered. A file without the column means open. */
  readonly open: boolean;
  readonly openingHours?: string;
}

/** Reads stations; a repeated id is rejected. */
export async function* readStations(path: string, rejects: Rejects): AsyncGenerator<StationRow, void, undefined> {
  const ids = new Recent();
  for await (const row of readTable(path, ['station_id', 'name', 'lon', 'lat'], rejects)) {
    const station = rejects.check(row.line, () => readStation(row, ids));
    if (station) yield station;
  }
}

function readStation(row: TableRow, ids: Recent): StationRow {
  const id = readId(row, 'station_id');
  const name = readName(row, 'name');
  const place = readPlace(row);
  const status = row.maybe('status') ?? 'open';
  if (status !== 'open' && status !== 'closed') throw new BadRow('bad_value', 'status must be open or closed');
  if (!ids.add(id)) throw new BadRow('duplicate', `station_id ${id} stands in an earlier line`);
  const openingHours = row.maybe('opening_hours');
  return { id, name, ...place, open: status === 'open', ...(openingHours === undefined ? {} : { openingHours }) };
}

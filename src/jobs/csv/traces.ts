/**
 * Recorded positions of a file: `taxi_id, trip_id, seq, ts, lon, lat`, a fix a row, each taxi's in the order of time.
 * Memory grows with the number of taxis, not of fixes.
 */
import { readId, readPlace, readTime, readWhole } from './fields.js';
import type { Rejects } from './rejects.js';
import { readTable, type TableRow } from './table.js';
import { TripFilter } from './trips.js';

/** One recorded position of a car. */
export interface Fix {
  readonly taxi: string;
  readonly trip: string;
  readonly seq: number;
  /** ms UTC. */
  readonly at: number;
  readonly lon: number;
  readonly lat: number;
}

/** A fix with the line that it stood in. */
export interface FixLine extends Fix {
  readonly line: number;
}

/**
 * Reads fixes and rejects what a car cannot have done (see {@link TripFilter}).
 * @param zone the business zone, of times that name none
 */
export async function* readTraces(path: string, zone: string, rejects: Rejects): AsyncGenerator<Fix, void, undefined> {
  const filter = new TripFilter(rejects);
  for await (const row of readTable(path, ['taxi_id', 'trip_id', 'seq', 'ts', 'lon', 'lat'], rejects)) {
    const fix = rejects.check(row.line, () => readFix(row, zone));
    if (fix) yield* filter.take(fix);
  }
  filter.end();
}

function readFix(row: TableRow, zone: string): FixLine {
  return {
    line: row.line,
    taxi: readId(row, 'taxi_id'),
    trip: readId(row, 'trip_id'),
    seq: readWhole(row, 'seq', 0, 1e9),
    at: readTime(row, 'ts', zone),
    ...readPlace(row),
  };
}

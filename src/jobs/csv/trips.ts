/**
 * Takes what a car can have done. Against the last fix that was taken of a trip, a fix is
 *
 *   duplicate         the same seq and time again
 *   out_of_order      an earlier seq, or not later in time
 *   too_fast          farther than 150 km/h would carry a car
 *
 * and of a trip as a whole
 *
 *   overlapping_trip  it begins before the taxi's trip ahead of it has ended
 *   single_fix        it has one fix only
 *
 * A trip's first fix is therefore held until its second one comes.
 */
import { distance } from 'geokdbush';
import { BadRow, type Rejects } from './rejects.js';
import type { Fix, FixLine } from './traces.js';

/** km/h. */
const FASTEST = 150;
const HOUR_MS = 3_600_000;

interface Taxi {
  /** The last fix that was taken. */
  last?: FixLine;
  /** The first fix of a trip that may follow. */
  held?: FixLine;
  /** The trip that was found to overlap: its further fixes go too. */
  dropped?: string;
}

/** Filters the fixes of all taxis, each taxi's by itself. */
export class TripFilter {
  private readonly taxis = new Map<string, Taxi>();

  constructor(private readonly rejects: Rejects) {}

  /** The fixes that may go on, now that this one is known: none, this one, or the one held before it too. */
  take(fix: FixLine): readonly Fix[] {
    const taxi = this.taxis.get(fix.taxi) ?? {};
    this.taxis.set(fix.taxi, taxi);
    if (fix.trip === taxi.dropped) return this.drop(taxi, fix);
    if (fix.trip === taxi.last?.trip) {
      if (taxi.held) this.drop(taxi, taxi.held);
      return this.follow(taxi, fix, taxi.last, []);
    }
    if (fix.trip === taxi.held?.trip) return this.follow(taxi, fix, taxi.held, [taxi.held]);
    if (taxi.held) this.rejectSingle(taxi.held);
    delete taxi.held;
    if (taxi.last && fix.at <= taxi.last.at) return this.drop(taxi, fix);
    taxi.held = fix;
    return [];
  }

  /** No more fixes come: what is still held was a trip of one fix. */
  end(): void {
    for (const taxi of this.taxis.values()) if (taxi.held) this.rejectSingle(taxi.held);
    this.taxis.clear();
  }

  private follow(taxi: Taxi, fix: FixLine, before: FixLine, held: readonly FixLine[]): readonly Fix[] {
    if (!this.rejects.check(fix.line, () => checkStep(before, fix))) return [];
    taxi.last = fix;
    delete taxi.held;
    return [...held, fix];
  }

  private drop(taxi: Taxi, fix: FixLine): readonly Fix[] {
    taxi.dropped = fix.trip;
    delete taxi.held;
    this.rejects.add(fix.line, 'overlapping_trip', `trip ${fix.trip} overlaps another trip of taxi ${fix.taxi}`);
    return [];
  }

  private rejectSingle(fix: FixLine): void {
    this.rejects.add(fix.line, 'single_fix', `trip ${fix.trip} has one fix only`);
  }
}

function checkStep(before: Fix, fix: Fix): true {
  if (fix.seq === before.seq && fix.at === before.at) {
    throw new BadRow('duplicate', `seq ${fix.seq} of trip ${fix.trip} stands in an earlier line`);
  }
  if (fix.seq <= before.seq || fix.at <= before.at) {
    throw new BadRow('out_of_order', `seq and ts must rise within trip ${fix.trip}`);
  }
  const speed = (distance(before.lon, before.lat, fix.lon, fix.lat) * HOUR_MS) / (fix.at - before.at);
  if (speed > FASTEST) throw new BadRow('too_fast', `${Math.round(speed)} km/h is above ${FASTEST} km/h`);
  return true;
}

/**
 * Where the cars are. Changed in place, since a second may bring thousands of fixes; `version` says
 * that something changed. A car leaves when it was not heard of for a day.
 */
import type { Car } from '../line/protocol.js';

const DAY = 86_400_000;
/** More than any fleet a screen can draw; a bound against a server gone wrong. */
const MOST = 20_000;

export class Cars {
  version = 0;
  private readonly byId = new Map<string, Car>();

  get size(): number {
    return this.byId.size;
  }

  values(): Iterable<Car> {
    return this.byId.values();
  }

  /** A snapshot's cars replace all; a fix that overtook the snapshot stays. */
  replace(cars: readonly Car[]): void {
    const overtook = new Map(this.byId);
    this.byId.clear();
    for (const car of cars) this.take(newer(overtook.get(car.id), car));
    this.version++;
  }

  /** Fixes from the line; an older one than the known is dropped. Gives those that counted. */
  move(cars: readonly Car[]): readonly Car[] {
    const moved = cars.filter((car) => this.take(car));
    if (moved.length > 0) this.version++;
    return moved;
  }

  /** Drops the cars that were not heard of for 24 hours. */
  sweep(now: number): void {
    for (const car of this.byId.values()) {
      if (now - car.at <= DAY) continue;
      this.byId.delete(car.id);
      this.version++;
    }
  }

  private take(car: Car): boolean {
    const known = this.byId.get(car.id);
    if (known ? car.at < known.at : this.byId.size >= MOST) return false;
    this.byId.set(car.id, car);
    return true;
  }
}

function newer(known: Car | undefined, told: Car): Car {
  return known && known.at > told.at ? known : told;
}

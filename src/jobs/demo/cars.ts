/**
 * Cars that drive the streets of the city: from crossing to crossing on the fastest way, to a station when their
 * driver wants to go there, else wherever their passengers want.
 */
import type { Dice } from './city/dice.js';
import { route } from './city/routes.js';
import type { Crossing, Streets } from './city/streets.js';

/** Where a car is and where it points. */
export interface Fix {
  readonly lon: number;
  readonly lat: number;
  /** Degrees clockwise from north. */
  readonly bearing: number;
}

/** One car. */
export class Car {
  private way: number[] = [];
  /** Metres driven from `at` towards `way[0]`. */
  private driven = 0;
  /** Where the driver wants to go, one place after the other. */
  private readonly errands: { readonly to: number; readonly arrived: () => void }[] = [];

  constructor(
    private readonly streets: Streets,
    private readonly dice: Dice,
    private at: number,
  ) {}

  /** Drives to a crossing, after those that were asked for before; resolves when the car is there. */
  driveTo(crossing: number): Promise<void> {
    return new Promise((arrived) => {
      this.errands.push({ to: crossing, arrived });
      // The stretch that is begun is driven to its end.
      this.way = this.way.slice(0, 1);
    });
  }

  /** Lets the car drive for some seconds of the city's time. */
  drive(seconds: number): void {
    let left = seconds;
    while (left > 0) {
      const next = this.next();
      const street = this.streets.streets[this.at]?.find(({ to }) => to === next);
      if (next === undefined || !street) return;
      const rest = (street.length - this.driven) / street.speed;
      if (rest > left) {
        this.driven += left * street.speed;
        return;
      }
      left -= rest;
      this.driven = 0;
      this.at = next;
      this.way.shift();
    }
  }

  fix(): Fix {
    const from = this.crossing(this.at);
    const next = this.way[0];
    if (next === undefined) return { lon: from.lon, lat: from.lat, bearing: 0 };
    const to = this.crossing(next);
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const part = Math.min(1, this.driven / length);
    const bearing = (Math.atan2(to.x - from.x, to.y - from.y) * 180) / Math.PI;
    return {
      lon: from.lon + (to.lon - from.lon) * part,
      lat: from.lat + (to.lat - from.lat) * part,
      bearing: Math.floor(bearing + 360) % 360,
    };
  }

  /** The next crossing on the way; plans a new way where the old one ends. */
  private next(): number | undefined {
    while (this.way.length === 0 && this.errands[0]?.to === this.at) this.errands.shift()?.arrived();
    while (this.way.length === 0) {
      const goal = this.errands[0]?.to ?? this.dice.whole(0, this.streets.crossings.length - 1);
      this.way = route(this.streets, this.at, goal).slice(1);
    }
    return this.way[0];
  }

  private crossing(index: number): Crossing {
    const crossing = this.streets.crossings[index];
    if (!crossing) throw new RangeError(`there is no crossing ${index}`);
    return crossing;
  }
}

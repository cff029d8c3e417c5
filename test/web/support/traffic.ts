/** Cars that drive on made-up streets: a grid bent by chance, with some streets used more than others. */
import type { Car, City } from '../../../web/src/line/protocol.js';

/** Crossings every so many km; width and height of the town in crossings. */
const BLOCK = 0.75;
const [WIDE, HIGH] = [46, 19];
const KM_PER_DEGREE = 111.2;

type Spot = readonly [x: number, y: number];

interface Driving {
  car: Car;
  from: number;
  to: number;
  /** Share of the way from one crossing to the next. */
  part: number;
  /** km per second */
  readonly speed: number;
}

export class Traffic {
  private readonly crossings: Spot[];
  private readonly driving: Driving[];

  constructor(
    private readonly city: City,
    cars: number,
    private readonly random: () => number,
    at: number,
  ) {
    this.crossings = Array.from({ length: WIDE * HIGH }, (_, n) => this.bent(n % WIDE, Math.floor(n / WIDE)));
    this.driving = Array.from({ length: cars }, (_, n) => {
      const from = this.somewhere();
      const online = random() > 0.06;
      const id = `d_${String(n + 1).padStart(4, '0')}`;
      const car: Car = { id, ...this.place(from, from, 0), at, online, pickup: online && random() < 0.05 };
      return { car, from, to: this.next(from, from), part: random(), speed: 0.008 + random() * 0.006 };
    });
  }

  get cars(): Car[] {
    return this.driving.map(({ car }) => car);
  }

  /** All that drive, a while later. */
  drive(seconds: number, at: number): Car[] {
    const moving = this.driving.filter(({ car }) => car.online);
    for (const one of moving) {
      one.part += (one.speed * seconds) / BLOCK;
      while (one.part >= 1) {
        one.part -= 1;
        [one.from, one.to] = [one.to, this.next(one.to, one.from)];
      }
      one.car = { ...one.car, ...this.place(one.from, one.to, one.part), at };
    }
    return moving.map(({ car }) => car);
  }

  /** A crossing's place, more likely in the middle of the town. */
  stand(): { lon: number; lat: number } {
    return this.place(this.somewhere(), this.somewhere(), 0);
  }

  private somewhere(): number {
    const around = (n: number) => Math.floor((this.random() + this.random() + this.random()) * (n / 3));
    return around(HIGH) * WIDE + around(WIDE);
  }

  /** Straight on most of the time, and rather along the main streets. */
  private next(at: number, before: number): number {
    const [column, row] = [at % WIDE, Math.floor(at / WIDE)];
    const ways = [
      column > 0 ? at - 1 : -1,
      column < WIDE - 1 ? at + 1 : -1,
      row > 0 ? at - WIDE : -1,
      row < HIGH - 1 ? at + WIDE : -1,
    ].filter((way) => way >= 0 && way !== before && !this.isClosed(at, way));
    const weights = ways.map((way) => (way - at === at - before ? 5 : 1) * (this.isMain(at, way) ? 4 : 1));
    let drawn = this.random() * weights.reduce((sum, weight) => sum + weight, 0);
    return ways.find((_, n) => (drawn -= weights[n] ?? 0) <= 0) ?? before;
  }

  /** A street in seven was never built. */
  private isClosed(a: number, b: number): boolean {
    return (Math.min(a, b) * 31 + Math.max(a, b) * 17) % 7 === 0;
  }

  private isMain(a: number, b: number): boolean {
    return Math.abs(a - b) === 1 ? Math.floor(a / WIDE) % 4 === 1 : (a % WIDE) % 5 === 2;
  }

  private bent(column: number, row: number): Spot {
    const [x, y] = [(column - (WIDE - 1) / 2) * BLOCK, (row - (HIGH - 1) / 2) * BLOCK];
    const wave = Math.sin(x / 3.1) * 0.55 + Math.sin(y / 2.3 + 1) * 0.3;
    const chance = () => (this.random() - 0.5) * 0.22;
    return [x + Math.sin(y / 3.7) * 0.7 + chance(), y + wave + chance()];
  }

  private place(from: number, to: number, part: number): { lon: number; lat: number } {
    const [[ax, ay], [bx, by]] = [this.crossings[from] ?? [0, 0], this.crossings[to] ?? [0, 0]];
    const [x, y] = [ax + (bx - ax) * part, ay + (by - ay) * part];
    const { lon, lat } = this.city;
    return {
      lon: lon + x / KM_PER_DEGREE / Math.cos((lat * Math.PI) / 180),
      lat: lat + y / KM_PER_DEGREE,
    };
  }
}

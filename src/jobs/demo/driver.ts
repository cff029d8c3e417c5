/**
 * One car of the demo with all that belongs to it: its driver's connection, its device's, its way through the city.
 */
import { Box } from '../traffic/box.js';
import { Carrier } from '../traffic/carrier.js';
import type { Counter } from '../traffic/counter.js';
import type { Entrance } from '../traffic/entrance.js';
import { Refused, type Line } from '../traffic/line.js';
import { Purse } from '../traffic/purse.js';
import type { Tally } from '../traffic/tally.js';
import { Car } from './cars.js';
import type { Dice } from './city/dice.js';
import type { City, CityCar } from './city/index.js';

/** What all cars share. */
export interface Surroundings {
  readonly city: City;
  readonly entrance: Entrance;
  /** Counters by station. */
  readonly counters: ReadonlyMap<string, Counter>;
  readonly dice: Dice;
  readonly tally: Tally;
  readonly currency: string;
}

/** What a driver puts into his wallet at a time, minor units. */
const PORTION = 500_000;
/** Traffic flows twice as fast as in a real city, so that a screen shows it move. */
const CITY_SPEED = 2;
/** How long goods take to fall, ms. */
const DROP_MS = { least: 700, most: 1_600 };
/** One line in so many jams. */
const JAM = 1 / 150;

/** A car that is on the road. */
export class Driver {
  private drivenUntil = Date.now();

  private constructor(
    readonly box: Box,
    readonly line: Line,
    private readonly boxLine: Line,
    private readonly car: Car,
    private readonly tally: Tally,
  ) {}

  /** Signs up, claims the device, fetches the first goods and starts to drive. */
  static async start(about: CityCar, around: Surroundings): Promise<Driver> {
    const { city, entrance, dice, tally, currency } = around;
    const [person, boxLine] = await Promise.all([
      entrance.person('driver', about.login, about.displayName),
      entrance.device(about.device, { name: about.deviceName, currency }),
    ]);
    await entrance.fitOut(about.device, boxLine, person.line, () => about.slots);
    const count = (error: Error): void => {
      if (error instanceof Refused) tally.refused(error.code);
    };
    const drop = {
      ms: () => dice.between(DROP_MS.least, DROP_MS.most),
      fallen: ({ units }: { units: number }) => (dice.chance(JAM) ? units - 1 : units),
    };
    const box = await Box.start(about.device, boxLine, drop, count);
    const purse = await Purse.open(person.line, person.key, currency, PORTION);
    const car = new Car(city.streets, dice, about.crossing);
    const crossings = new Map(city.stations.map(({ id, crossing }) => [id, crossing]));
    let onTheRoad = false;
    const carrier = new Carrier(
      person.key,
      about.device,
      person.line,
      {
        place: () => car.fix(),
        elsewhere: () => city.name,
        // The first goods were fetched before the day began.
        drive: (station) => (onTheRoad ? car.driveTo(crossings.get(station) ?? 0) : Promise.resolve()),
        showCode: (station, restock, code) =>
          around.counters.get(station)?.handOver(restock, code) ?? Promise.resolve(false),
        topUp: () => purse.ensure(PORTION),
      },
      tally,
    );
    await carrier.start();
    await purse.ensure(PORTION / 5);
    const driver = new Driver(box, person.line, boxLine, car, tally);
    driver.ping();
    await carrier.refill(dice.between(0.4, 1));
    onTheRoad = true;
    return driver;
  }

  /** Drives from where the car was last to where it is now, ms UTC. */
  drive(now: number): void {
    this.car.drive((CITY_SPEED * (now - this.drivenUntil)) / 1_000);
    this.drivenUntil = now;
  }

  /** Tells the server where the car is. */
  ping(): void {
    const { lon, lat, bearing } = this.car.fix();
    this.line.ask('position.ping', { lon, lat, bearing, at: this.drivenUntil }).then(
      () => {
        this.tally.count('positions');
      },
      () => undefined,
    );
  }

  /** The device is out of reach for a while. */
  tunnel(ms: number): void {
    this.boxLine.hangUp();
    setTimeout(() => {
      this.boxLine.dial();
    }, ms).unref();
  }
}

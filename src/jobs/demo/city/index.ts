/**
 * A made-up city: streets, stations, drivers with a device each, what each of them has. A pure function of
 * its seed.
 */
import { Dice } from './dice.js';
import { goods, type Good } from './goods.js';
import { cityName, driverName, stationNames } from './names.js';
import { layStreets, type Streets } from './streets.js';

/** A station and its wholesale stock. */
export interface CityStation {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly lon: number;
  readonly lat: number;
  /** Index of the crossing it stands at. */
  readonly crossing: number;
  readonly stock: readonly { readonly product: string; readonly units: number; readonly price: number }[];
}

/** One slot of a device, as its driver plans it. */
export interface CitySlot {
  readonly slot: number;
  readonly product: string;
  readonly capacity: number;
  readonly price: number;
}

/** A driver and the device in his car. */
export interface CityCar {
  readonly device: string;
  /** Name to log in with. */
  readonly login: string;
  readonly displayName: string;
  readonly deviceName: string;
  /** Index of the crossing where the car starts. */
  readonly crossing: number;
  readonly slots: readonly CitySlot[];
}

/** All of it. */
export interface City {
  readonly seed: number;
  readonly name: typeof cityName;
  readonly streets: Streets;
  readonly goods: readonly Good[];
  readonly stations: readonly CityStation[];
  readonly cars: readonly CityCar[];
  /** How well each product sells, by id: the first of them a hundred times as well as the last. */
  readonly popularity: ReadonlyMap<string, number>;
}

const SLOTS = 10;

/**
 * @param seed any whole number
 * @param sizes how many stations (at most 60) and cars
 */
export function makeCity(seed: number, sizes: { readonly stations: number; readonly cars: number }): City {
  const dice = new Dice(seed);
  const streets = layStreets(cityName, dice);
  const popularity = new Map(dice.shuffle(goods).map(({ id }, rank) => [id, 1 / (1 + rank)]));
  const stations = makeStations(sizes.stations, streets, dice);
  const cars = Array.from({ length: sizes.cars }, (_, n) => makeCar(n + 1, streets, popularity, dice));
  return { seed, name: cityName, streets, goods, stations, cars, popularity };
}

function makeStations(count: number, streets: Streets, dice: Dice): CityStation[] {
  const crossings = dice.shuffle(streets.crossings.map((_, i) => i));
  return stationNames(dice)
    .slice(0, count)
    .map(({ name, address }, i) => {
      const crossing = crossings[i % crossings.length] ?? 0;
      const { lon, lat } = streets.crossings[crossing] ?? cityName;
      const stock = goods
        .filter(() => dice.chance(0.7))
        .map(({ id, wholesale }) => ({ product: id, units: dice.whole(200, 600), price: wholesale }));
      return { id: `st_${String(i + 1).padStart(2, '0')}`, name, address, lon, lat, crossing, stock };
    });
}

function makeCar(n: number, streets: Streets, popularity: ReadonlyMap<string, number>, dice: Dice): CityCar {
  const number = String(n).padStart(3, '0');
  const { displayName, plate } = driverName(n, dice);
  // What sells well is chosen by more drivers.
  const chosen = [...goods]
    .map((good) => ({ good, draw: dice.next() ** (1 / (0.02 + (popularity.get(good.id) ?? 0))) }))
    .sort((a, b) => b.draw - a.draw)
    .slice(0, SLOTS);
  return {
    device: `d_${number}`,
    login: `driver${number}`,
    displayName,
    deviceName: plate,
    crossing: dice.whole(0, streets.crossings.length - 1),
    slots: chosen.map(({ good }, i) => ({
      slot: i + 1,
      product: good.id,
      capacity: dice.whole(5, 9),
      price: good.price,
    })),
  };
}

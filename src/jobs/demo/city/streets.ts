/**
 * The streets of a made-up city: blocks that are dense in the middle and thin out, avenues every few
 * blocks, two ring roads, and a river that only some avenues cross. Nothing of it is taken from a map.
 */
import type { Dice } from './dice.js';

/** A crossing. */
export interface Crossing {
  readonly lon: number;
  readonly lat: number;
  /** Metres east and north of the city's centre. */
  readonly x: number;
  readonly y: number;
}

/** A stretch of street, to be driven both ways. */
export interface Street {
  readonly to: number;
  /** Metres. */
  readonly length: number;
  /** Metres a second, as traffic goes there. */
  readonly speed: number;
}

/** The graph; `streets[i]` leave crossing `i`. Every crossing can be reached from every other one. */
export interface Streets {
  readonly crossings: readonly Crossing[];
  readonly streets: readonly (readonly Street[])[];
}

const METRES_A_DEGREE = 111_320;
/** Crossings on each side of the centre, and the metres between them. */
const EAST = 17;
const NORTH = 12;
const BLOCK = 420;
/** Every fourth line of blocks is an avenue. */
const AVENUE = 4;
const RIVER_WIDTH = 360;
const SPEED = { lane: 8, avenue: 13, ring: 18 } as const;

interface Corner {
  readonly column: number;
  readonly row: number;
}

/** Lays out the streets around a centre. */
export function layStreets(centre: { readonly lon: number; readonly lat: number }, dice: Dice): Streets {
  const places = new Map<string, { readonly corner: Corner; readonly crossing: Crossing }>();
  for (let row = -NORTH; row <= NORTH; row++) {
    for (let column = -EAST; column <= EAST; column++) {
      const crossing = placeCrossing(centre, { column, row }, dice);
      if (crossing) places.set(`${column},${row}`, { corner: { column, row }, crossing });
    }
  }
  const all = [...places.values()];
  const index = new Map([...places.keys()].map((key, i) => [key, i]));
  const streets: Street[][] = all.map(() => []);
  all.forEach(({ corner, crossing }, from) => {
    for (const [east, north] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const to = index.get(`${corner.column + east},${corner.row + north}`);
      const other = to === undefined ? undefined : all[to];
      if (to === undefined || !other) continue;
      const speed = speedBetween(corner, other.corner);
      const wet = crossesRiver(crossing, other.crossing);
      if (wet ? speed === SPEED.lane : speed === SPEED.lane && dice.chance(0.14)) continue;
      const length = Math.hypot(crossing.x - other.crossing.x, crossing.y - other.crossing.y);
      streets[from]?.push({ to, length, speed });
      streets[to]?.push({ to: from, length, speed });
    }
  });
  return largestPart({ crossings: all.map(({ crossing }) => crossing), streets });
}

/** A crossing a little off the grid; none in the river, and fewer the farther out. */
function placeCrossing(
  centre: { readonly lon: number; readonly lat: number },
  { column, row }: Corner,
  dice: Dice,
): Crossing | undefined {
  const out = Math.hypot(column / EAST, row / NORTH);
  const wobble = (): number => dice.between(-70, 70);
  const x = column * BLOCK * (1 + 0.25 * out) + wobble();
  const y = row * BLOCK * (1 + 0.25 * out) + wobble();
  const kept = out < 1.05 && (isAvenue({ column, row }) || dice.chance(1.15 - 0.6 * out));
  if (!kept || Math.abs(y - riverAt(x)) < RIVER_WIDTH / 2) return undefined;
  const lat = centre.lat + y / METRES_A_DEGREE;
  const lon = centre.lon + x / (METRES_A_DEGREE * Math.cos((centre.lat * Math.PI) / 180));
  return { lon, lat, x, y };
}

/** Metres north of the centre at which the river flows, `x` metres east of it. */
function riverAt(x: number): number {
  return -900 + 700 * Math.sin(x / 2_600) + 0.08 * x;
}

function crossesRiver(a: Crossing, b: Crossing): boolean {
  return a.y > riverAt(a.x) !== b.y > riverAt(b.x);
}

function isAvenue({ column, row }: Corner): boolean {
  return column % AVENUE === 0 || row % AVENUE === 0;
}

/** Ring roads run around the centre at the 4th and the 8th block. */
function ringOf({ column, row }: Corner): number {
  const ring = Math.max(Math.abs(column), Math.abs(row));
  return ring === 4 || ring === 8 ? ring : 0;
}

function speedBetween(a: Corner, b: Corner): number {
  if (ringOf(a) !== 0 && ringOf(a) === ringOf(b)) return SPEED.ring;
  const along = a.row === b.row ? a.row : a.column;
  return along % AVENUE === 0 ? SPEED.avenue : SPEED.lane;
}

/** Keeps the largest set of crossings that hang together. */
function largestPart({ crossings, streets }: Streets): Streets {
  const part = new Array<number>(crossings.length).fill(-1);
  let largest: readonly number[] = [];
  for (let start = 0; start < crossings.length; start++) {
    if (part[start] !== -1) continue;
    const members = [start];
    part[start] = start;
    for (const member of members) {
      for (const { to } of streets[member] ?? []) {
        if (part[to] !== -1) continue;
        part[to] = start;
        members.push(to);
      }
    }
    if (members.length > largest.length) largest = members;
  }
  const renamed = new Map(largest.map((old, i) => [old, i]));
  return {
    crossings: largest.flatMap((old) => crossings[old] ?? []),
    streets: largest.map((old) =>
      (streets[old] ?? []).flatMap((street) => {
        const to = renamed.get(street.to);
        return to === undefined ? [] : [{ ...street, to }];
      }),
    ),
  };
}

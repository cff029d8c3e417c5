/**
 * The map's plane: kilometres east and north of the city's centre, with the same scale both ways. All
 * positions are WGS-84; over one city the error of a flat plane is below a pixel.
 */
export type Point = readonly [x: number, y: number];
export type Place = { readonly lon: number; readonly lat: number };

/** Half the width and height shown, in km around the centre. */
export type Frame = { readonly x: number; readonly y: number };

const KM_PER_DEGREE = 111.2;
/** One device still has 3 km of city around it. */
const LEAST = 1.5;
/** The share of places that must be inside: one far away does not shrink all others. */
const INSIDE = 0.95;
/** Room at the edges, where the map fades. */
const MARGIN = 1.12;

export function project({ lon, lat }: Place, centre: Place): Point {
  const x = (lon - centre.lon) * KM_PER_DEGREE * Math.cos((centre.lat * Math.PI) / 180);
  return [x, (lat - centre.lat) * KM_PER_DEGREE];
}

/** The frame of this shape (width ÷ height) that holds the points. */
export function frameOf(points: readonly Point[], shape: number): Frame {
  const reach = points.map(([x, y]) => Math.max(Math.abs(x) / shape, Math.abs(y))).sort((a, b) => a - b);
  const needed = reach[Math.ceil(reach.length * INSIDE) - 1] ?? 0;
  const y = Math.max(LEAST, needed * MARGIN);
  return { x: y * shape, y };
}

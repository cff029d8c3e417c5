/**
 * Orders by place, for a city with too many cars to tell apart: hexagons of 800 m, counted since the
 * business day began. Pure.
 */
import type { Point } from './geo.js';

/** From one flat side to the other, in km. */
const ACROSS = 0.8;
/** From the middle to a corner, in km. */
const RADIUS = ACROSS / Math.sqrt(3);
const MOST = 400;
const LEVELS = 4;

export type Hexagon = { readonly centre: Point; readonly level: number };

interface Cell {
  readonly centre: Point;
  orders: number;
}

export class Hexagons {
  private cells = new Map<string, Cell>();

  clear(): void {
    this.cells.clear();
  }

  count(point: Point): void {
    const centre = centreOf(point);
    const key = centre.map((km) => km.toFixed(3)).join();
    const cell = this.cells.get(key) ?? { centre, orders: 0 };
    cell.orders++;
    this.cells.set(key, cell);
    if (this.cells.size <= MOST) return;
    // Full: the emptiest of the others makes room.
    const [emptiest] = [...this.cells].filter(([other]) => other !== key).sort(([, a], [, b]) => a.orders - b.orders);
    if (emptiest) this.cells.delete(emptiest[0]);
  }

  /** Each hexagon with its quarter of the range: 0 for few to 3 for most. */
  drawn(): Hexagon[] {
    const most = Math.max(1, ...[...this.cells.values()].map(({ orders }) => orders));
    return [...this.cells.values()].map(({ centre, orders }) => ({
      centre,
      level: Math.min(LEVELS - 1, Math.floor((Math.log(orders) / Math.log(most + 1)) * LEVELS)),
    }));
  }
}

/** The centre of the pointy-topped hexagon that holds the point. */
function centreOf([x, y]: Point): Point {
  const q = ((Math.sqrt(3) / 3) * x - y / 3) / RADIUS;
  const r = ((2 / 3) * y) / RADIUS;
  let [rq, rr] = [Math.round(q), Math.round(r)];
  const rs = Math.round(-q - r);
  const [dq, dr, ds] = [Math.abs(rq - q), Math.abs(rr - r), Math.abs(rs + q + r)];
  if (dq > dr && dq > ds) rq = -rr - rs;
  else if (dr > ds) rr = -rq - rs;
  return [RADIUS * Math.sqrt(3) * (rq + rr / 2), RADIUS * 1.5 * rr];
}

/** The six corners around a centre, in km. */
export function corners([x, y]: Point): Point[] {
  return Array.from({ length: 6 }, (_, n) => {
    const angle = (Math.PI / 3) * n + Math.PI / 6;
    return [x + RADIUS * Math.cos(angle), y + RADIUS * Math.sin(angle)];
  });
}

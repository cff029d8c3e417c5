/**
 * The streets, as the cars drew them: no tiles, no map data. Fixes fall into cells of 60 m; each step
 * from cell to cell is an edge, and an edge often driven is a street. A cell stands where its fixes
 * were on average, so a street comes out as a line and not as stairs. Pure; the caller brings the time.
 */
import type { Point } from './geo.js';

const CELL = 0.06;
/** Two fixes are one drive when they are at most this far apart. */
const [SECONDS, KM] = [30, 0.5];
/** Edges kept; above it the least driven go, a tenth at a time. */
const MOST = 20_000;
/** What an hour leaves of a count: old ways fade. */
const FADE = 0.98;
const GONE = 0.3;
/** Fixes that still move a cell's point. */
const SETTLED = 64;
const HOUR = 3_600_000;

/** Driven edges from a to b (keys of cells), and where the cells stand. As kept in IndexedDB. */
export type KeptStreets = {
  readonly city: string;
  readonly at: number;
  readonly cells: readonly (readonly [key: string, x: number, y: number, fixes: number])[];
  readonly edges: readonly (readonly [from: string, to: string, count: number])[];
};

export type Segment = { readonly coords: readonly [Point, Point] };

interface Cell {
  x: number;
  y: number;
  fixes: number;
}
interface Edge {
  readonly from: string;
  readonly to: string;
  count: number;
}
interface Fix {
  readonly cell: string;
  readonly point: Point;
  readonly at: number;
}

export class Streets {
  private readonly cells = new Map<string, Cell>();
  private readonly edges = new Map<string, Edge>();
  private readonly last = new Map<string, Fix>();

  constructor(
    private readonly city: string,
    private fadedAt: number,
    kept?: KeptStreets,
  ) {
    if (kept?.city !== city) return;
    for (const [key, x, y, fixes] of kept.cells) this.cells.set(key, { x, y, fixes });
    for (const [from, to, count] of kept.edges) this.edges.set(keyOf(from, to), { from, to, count });
    this.fadedAt = kept.at;
  }

  get size(): number {
    return this.edges.size;
  }

  /** One fix of a car, `at` in ms. */
  drive(car: string, point: Point, at: number): void {
    const cell = cellOf(point);
    const before = this.last.get(car);
    if (before && at <= before.at) return;
    this.last.set(car, { cell, point, at });
    if (before?.cell === cell) return;
    this.settle(cell, point);
    if (!before || at - before.at > SECONDS * 1_000 || distance(before.point, point) > KM) return;
    const [from, to] = before.cell < cell ? [before.cell, cell] : [cell, before.cell];
    const edge = this.edges.get(keyOf(from, to));
    if (edge) edge.count++;
    else this.edges.set(keyOf(from, to), { from, to, count: 1 });
  }

  /** Fades what is old, forgets what is gone and what is over the bound. Once a minute. */
  tend(now: number): void {
    const left = FADE ** (Math.max(0, now - this.fadedAt) / HOUR);
    this.fadedAt = now;
    for (const [key, edge] of this.edges) {
      edge.count *= left;
      if (edge.count < GONE) this.edges.delete(key);
    }
    if (this.edges.size > MOST) {
      const weakest = [...this.edges].sort(([, a], [, b]) => a.count - b.count);
      for (const [key] of weakest.slice(0, this.edges.size - MOST * 0.9)) this.edges.delete(key);
    }
    const used = new Set([...this.edges.values()].flatMap(({ from, to }) => [from, to]));
    for (const [car, fix] of this.last) {
      used.add(fix.cell);
      if (now - fix.at > SECONDS * 1_000) this.last.delete(car);
    }
    for (const key of this.cells.keys()) if (!used.has(key)) this.cells.delete(key);
  }

  /** Three classes of segments, from seldom to often driven. */
  drawn(): readonly [Segment[], Segment[], Segment[]] {
    const counts = [...this.edges.values()].map(({ count }) => count).sort((a, b) => a - b);
    const [often, most] = [counts[Math.floor(counts.length * 0.6)] ?? 0, counts[Math.floor(counts.length * 0.9)] ?? 0];
    // `>=` for the middle class, so that a young city, where all counts are alike, is seen at all.
    const classes: [Segment[], Segment[], Segment[]] = [[], [], []];
    for (const { from, to, count } of this.edges.values()) {
      const [a, b] = [this.cells.get(from), this.cells.get(to)];
      if (!a || !b) continue;
      const segment: Segment = {
        coords: [
          [a.x, a.y],
          [b.x, b.y],
        ],
      };
      classes[count > most ? 2 : count >= often ? 1 : 0].push(segment);
    }
    return classes;
  }

  kept(): KeptStreets {
    return {
      city: this.city,
      at: this.fadedAt,
      cells: [...this.cells].map(([key, { x, y, fixes }]) => [key, x, y, fixes]),
      edges: [...this.edges.values()].map(({ from, to, count }) => [from, to, count]),
    };
  }

  private settle(key: string, [x, y]: Point): void {
    const cell = this.cells.get(key);
    if (!cell) {
      this.cells.set(key, { x, y, fixes: 1 });
      return;
    }
    cell.fixes = Math.min(SETTLED, cell.fixes + 1);
    cell.x += (x - cell.x) / cell.fixes;
    cell.y += (y - cell.y) / cell.fixes;
  }
}

function cellOf([x, y]: Point): string {
  return `${Math.round(x / CELL)},${Math.round(y / CELL)}`;
}

function keyOf(from: string, to: string): string {
  return `${from}>${to}`;
}

function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}

/** Whether what the browser kept is what was given to it: another version of the page may have written it. */
export function isKeptStreets(value: unknown): value is KeptStreets {
  return typeof value === 'object' && value !== null && 'city' in value && 'cells' in value && 'edges' in value;
}

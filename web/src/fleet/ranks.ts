/**
 * The order in which a list stands. Figures in it may change every second, its order at most every
 * 30 seconds, so that a row can be read to its end. Who enters a list stands in it at once. Pure; the caller brings the
 * time.
 */
import type { Row } from '../line/protocol.js';

/** The least time between two reorderings. */
const REST = 30_000;

export type Standing = {
  readonly ids: readonly string[];
  /** Places gained since the former order; unknown ids came in anew. */
  readonly moved: ReadonlyMap<string, number>;
  readonly at: number;
};

export const unranked: Standing = { ids: [], moved: new Map(), at: -Infinity };

/** The order to show for `rows` now: the former one while it rests, unless that shows another list. */
export function standing(former: Standing, rows: readonly Row[], now: number): Standing {
  const ids = rows.map((row) => row.id);
  if (same(former.ids, ids)) return former;
  if (now - former.at < REST) return { ...former, ids: replenished(former.ids, ids) };
  const before = new Map(former.ids.map((id, place) => [id, place]));
  const moved = new Map<string, number>();
  ids.forEach((id, place) => {
    const was = before.get(id);
    if (was !== undefined && was !== place) moved.set(id, was - place);
  });
  return { ids, moved, at: now };
}

/** The same order with nobody missing: who fell out is replaced where he stood, who is more comes last. */
function replenished(former: readonly string[], ids: readonly string[]): string[] {
  const present = new Set(ids);
  const known = new Set(former);
  const newcomers = ids.filter((id) => !known.has(id));
  const kept = former.flatMap((id) => (present.has(id) ? id : (newcomers.shift() ?? [])));
  return [...kept, ...newcomers];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, place) => id === b[place]);
}

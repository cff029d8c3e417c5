/**
 * The figures on the screen: the last snapshot, kept current by pushes. Pure: no clock, no socket,
 * no page.
 *
 * Invariants
 *   F1 A push takes effect at most once: every stream has a head, and what is not after it is old.
 *   F2 A push whose predecessor was not seen changes nothing and asks for a new snapshot.
 *   F3 Pushed figures are absolute, so taking the newer is all there is to merging: nothing is added up.
 *   F4 Figures of one business day never meet those of another: each day has its own stream.
 */
import type { CensusPush, CurveDay, Order, Push, Row, Snapshot, Top, Totals, TotalsPush } from '../line/protocol.js';

/** A board is a snapshot as it would be taken now, so it can be kept and shown at the next cold start. */
export type Board = Snapshot;

/** Orders the screen remembers. */
export const RECENT = 50;
const PLACES = 10;

export type Step =
  /** `orders` are those never seen before, newest first. */
  | { readonly kind: 'applied'; readonly board: Board; readonly orders: readonly Order[] }
  /** Seen already, or of a stream that is no longer shown. */
  | { readonly kind: 'ignored' }
  /** A push is missing: only a new snapshot helps. */
  | { readonly kind: 'gap' };

export function applyPush(board: Board, push: Push): Step {
  const head = headOf(board, push.stream);
  if (head === undefined || push.seq <= head) return { kind: 'ignored' }; // F1, F4
  if (push.prev > head) return { kind: 'gap' }; // F2
  if (push.name === 'census') return { kind: 'applied', board: withCensus(board, push), orders: [] };
  return withTotals(board, push);
}

/** Where the board stands on a stream; undefined when it does not show it. */
export function headOf(board: Board, stream: string): number | undefined {
  return streamsOf(board).get(stream);
}

/** The streams a board lives on, each with its head. */
export function streamsOf({ today, shown, census }: Board): Map<string, number> {
  return new Map([
    [census.stream, census.head],
    [shown.stream, shown.head],
    [today.stream, today.head],
  ]);
}

/** Orders in `now` that `before` did not have, newest first. */
export function unseen(before: readonly Order[], now: readonly Order[]): Order[] {
  const known = new Set(before.map((order) => order.id));
  return now.filter((order) => !known.has(order.id)).sort((a, b) => b.at - a.at);
}

function withCensus(board: Board, { seq, data }: CensusPush): Board {
  return { ...board, census: { ...board.census, head: seq, total: data.total, online: data.online } };
}

function withTotals(board: Board, { stream, seq, data }: TotalsPush): Step {
  let { today, shown, curve, recent } = board;
  let orders: Order[] = [];
  if (stream === shown.stream) {
    shown = { ...shown, head: seq, totals: data.totals, top: merged(shown.top, data.rows) };
  }
  if (stream === today.stream) {
    today = { ...today, head: seq, totals: data.totals };
    curve = withToday(curve, board.day, data.totals);
    orders = unseen(recent, data.recent);
    recent = [...orders, ...recent].sort((a, b) => b.at - a.at).slice(0, RECENT);
  }
  return { kind: 'applied', board: { ...board, today, shown, curve, recent }, orders };
}

function withToday(curve: readonly CurveDay[], day: string, totals: Totals): CurveDay[] {
  const point = {
    day,
    stations: totals.stations.amount,
    devices: totals.devices.amount,
    orders: totals.stations.orders + totals.devices.orders,
  };
  return [...curve.filter((other) => other.day !== day), point].slice(-7);
}

function merged(top: Top, pushed: TotalsPush['data']['rows']): Top {
  if (pushed.length === 0) return top;
  const of = (list: keyof Top) =>
    topTen(
      top[list],
      pushed.filter((row) => row.list === list),
    );
  return { products: of('products'), stations: of('stations'), drivers: of('drivers'), devices: of('devices') };
}

/**
 * The first ten of both. Exact although the eleventh is forgotten: figures only grow, so a row that
 * fell out comes back only by a push of its own (F3).
 */
function topTen(known: readonly Row[], pushed: readonly Row[]): readonly Row[] {
  if (pushed.length === 0) return known;
  const rows = new Map(known.map((row) => [row.id, row]));
  for (const { id, name, amount, count } of pushed) {
    const english = rows.get(id)?.nameEn;
    rows.set(id, { id, name, ...(english === undefined ? {} : { nameEn: english }), amount, count });
  }
  return [...rows.values()].sort((a, b) => b.amount - a.amount || compare(a.id, b.id)).slice(0, PLACES);
}

/** By code unit, as the server breaks ties; never by the language of the wall. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Products in the list without an English name: only a snapshot tells one, and not every product has one. */
export function unnamedIn({ shown }: Board): readonly string[] {
  return shown.top.products.filter(({ nameEn }) => nameEn === undefined).map(({ id }) => id);
}

/** Whether what the browser kept is a board: another version of the page may have kept it. */
export function isBoard(value: unknown): value is Board {
  const parts = ['at', 'zone', 'currency', 'city', 'day', 'dayEndsAt', 'today', 'shown', 'curve', 'census'];
  const lists = ['stations', 'cars', 'recent'];
  return typeof value === 'object' && value !== null && [...parts, ...lists].every((part) => part in value);
}

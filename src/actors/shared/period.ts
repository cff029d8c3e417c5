/**
 * The business calendar: which day, week, month and year a moment belongs to in the business time
 * zone. Days begin at local midnight (where a clock change skips midnight: at the first moment of the
 * day), weeks on Monday (ISO 8601).
 *
 * A decision writes the day into its event, so a replay never asks the calendar again (R6). The memo
 * below holds only what can be calculated again at will, so decisions stay pure (R1).
 */
import { DateTime, IANAZone } from 'luxon';

/** The spans that totals and rankings are kept for. */
export const periodNames = ['day', 'week', 'month', 'year', 'all'] as const;

/** One of {@link periodNames}. */
export type PeriodName = (typeof periodNames)[number];

/** The key of each period that a day lies in: `2026-11-21`, `2026-W47`, `2026-11`, `2026`, `all`. */
export type Periods = Readonly<Record<PeriodName, string>>;

interface LocalDay {
  readonly day: string;
  /** ms UTC, inclusive. */
  readonly from: number;
  /** ms UTC, exclusive. */
  readonly until: number;
}

/** The day last asked for, by zone: time moves on, so nearly every call is answered by it. */
const lastDay = new Map<string, LocalDay>();
/** More zones than any installation has; what a caller could make grow stays bounded (R8). */
const MOST_ZONES = 64;

function localDay(now: number, zone: string): LocalDay {
  const known = lastDay.get(zone);
  if (known && now >= known.from && now < known.until) return known;
  const start = DateTime.fromMillis(now, { zone }).startOf('day');
  if (!start.isValid) throw new RangeError(`zone ${zone}, time ${now}: ${start.invalidExplanation ?? 'not valid'}`);
  const found: LocalDay = {
    day: start.toISODate(),
    from: start.toMillis(),
    until: start.plus({ days: 1 }).startOf('day').toMillis(),
  };
  if (lastDay.size >= MOST_ZONES) lastDay.clear();
  lastDay.set(zone, found);
  return found;
}

/** The business day, `YYYY-MM-DD`, of a moment (ms UTC) in an IANA time zone. Costs nanoseconds within one day. */
export function businessDay(now: number, zone: string): string {
  return localDay(now, zone).day;
}

/** When the business day of a moment ends: ms UTC of the first moment of the next day. */
export function dayEndsAt(now: number, zone: string): number {
  return localDay(now, zone).until;
}

/**
 * When a business day `YYYY-MM-DD` begins: ms UTC of its first moment. Throws RangeError where there is no such day.
 */
export function dayBeginsAt(day: string, zone: string): number {
  return localDay(parse(day).set({ hour: 12 }).setZone(zone, { keepLocalTime: true }).toMillis(), zone).from;
}

let lastPeriods: Periods | undefined;

/** The periods that a day `YYYY-MM-DD` lies in. The ISO year of a week may differ from the day's. */
export function periodsOf(day: string): Periods {
  if (lastPeriods?.day === day) return lastPeriods;
  const date = parse(day);
  lastPeriods = {
    day,
    week: date.toFormat("kkkk-'W'WW"),
    month: day.slice(0, 7),
    year: day.slice(0, 4),
    all: 'all',
  };
  return lastPeriods;
}

/** The `count` days that end with `day`, oldest first. */
export function daysUpTo(day: string, count: number): readonly string[] {
  const last = parse(day);
  return Array.from({ length: count }, (_, i) => last.minus({ days: count - 1 - i }).toFormat('yyyy-MM-dd'));
}

/** Whether the runtime knows an IANA time zone of that name. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

function parse(day: string): DateTime<true> {
  const date = DateTime.fromFormat(day, 'yyyy-MM-dd', { zone: 'utc' });
  if (!date.isValid) throw new RangeError(`day ${day}: must be YYYY-MM-DD`);
  return date;
}

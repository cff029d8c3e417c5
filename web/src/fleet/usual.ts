/**
 * The usual share of online cars by the hour, so that a night with parked cars is no alarm. A ring of
 * 168 hourly shares: the same hour of the last seven days. Pure; whoever keeps it keeps `hours`.
 */
const RING = 168;
const HOUR = 3_600_000;
/** Points of share below the usual of the hour that make an alarm. */
const ALARM = 0.2;

export type HourShare = { readonly hour: number; readonly share: number; readonly samples: number };

/** The ring with one more sample of the running hour. */
export function withSample(ring: readonly HourShare[], now: number, online: number, total: number): HourShare[] {
  if (total === 0) return [...ring];
  const hour = Math.floor(now / HOUR);
  const last = ring.at(-1);
  if (last?.hour !== hour) return [...ring, { hour, share: online / total, samples: 1 }].slice(-RING);
  const samples = last.samples + 1;
  const share = last.share + (online / total - last.share) / samples;
  return [...ring.slice(0, -1), { hour, share, samples }];
}

/** Whether online fell 20 points below the usual of this hour; never before one such hour is known. */
export function isAlarming(ring: readonly HourShare[], now: number, online: number, total: number): boolean {
  const usual = usualShare(ring, now);
  return usual !== undefined && total > 0 && online / total < usual - ALARM;
}

function usualShare(ring: readonly HourShare[], now: number): number | undefined {
  const hour = Math.floor(now / HOUR);
  const same = ring.filter((entry) => entry.hour < hour && (hour - entry.hour) % 24 === 0);
  return same.length === 0 ? undefined : same.reduce((sum, entry) => sum + entry.share, 0) / same.length;
}

/** Whether what the browser kept are hours: another version of the page may have kept it. */
export function isHourShares(value: unknown): value is HourShare[] {
  return (
    Array.isArray(value) &&
    value.every((entry: unknown) => typeof entry === 'object' && entry !== null && 'hour' in entry && 'share' in entry)
  );
}

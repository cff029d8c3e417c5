/**
 * What the wall says about its line. One table holds every transition; the compiler checks that none
 * is forgotten. Ages are counted from the last moment at which the figures were known to be current.
 */
export type LineState =
  /** Nothing shown yet, first snapshot on its way. */
  | 'starting'
  /** Synced, and heard from lately. */
  | 'live'
  /** The line went away a moment ago: no reason to alarm anybody yet. */
  | 'quiet'
  /** Not heard for 25 seconds. */
  | 'reconnecting'
  /** Not heard for 60 seconds, or showing what an earlier run of the page had kept. */
  | 'stale'
  /** The server does not let this screen in. */
  | 'refused';

export type LineEvent =
  /** A snapshot is in place and its streams are followed; or any sign of life after that. */
  | 'synced'
  /** The socket closed. */
  | 'lost'
  /** 25 seconds of silence. */
  | 'late'
  /** 60 seconds of silence. */
  | 'overdue'
  /** The server answered that the key does not open this door. */
  | 'refused';

export const LATE = 25_000;
export const OVERDUE = 60_000;

const TABLE: Readonly<Record<LineState, Readonly<Record<LineEvent, LineState>>>> = {
  starting: { synced: 'live', lost: 'starting', late: 'reconnecting', overdue: 'stale', refused: 'refused' },
  live: { synced: 'live', lost: 'quiet', late: 'reconnecting', overdue: 'stale', refused: 'refused' },
  quiet: { synced: 'live', lost: 'quiet', late: 'reconnecting', overdue: 'stale', refused: 'refused' },
  reconnecting: { synced: 'live', lost: 'reconnecting', late: 'reconnecting', overdue: 'stale', refused: 'refused' },
  stale: { synced: 'live', lost: 'stale', late: 'stale', overdue: 'stale', refused: 'refused' },
  refused: { synced: 'live', lost: 'refused', late: 'refused', overdue: 'refused', refused: 'refused' },
};

export function nextState(state: LineState, event: LineEvent): LineState {
  return TABLE[state][event];
}

/** What a silence of this length means, if anything. */
export function silenceEvent(silentMs: number): 'late' | 'overdue' | undefined {
  if (silentMs >= OVERDUE) return 'overdue';
  return silentMs >= LATE ? 'late' : undefined;
}

/** Whether the figures still stand for the present. */
export function isCurrent(state: LineState): boolean {
  return state === 'live' || state === 'quiet' || state === 'reconnecting';
}

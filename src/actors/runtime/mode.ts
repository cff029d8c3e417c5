/**
 * The modes of an activation, and the only ways from one to another.
 */

/**
 * loading  the past is being read; envelopes wait
 * running  turns are taken as they come
 * holding  no turn is taken until what was decided is stored; envelopes wait
 * parked   the past cannot be read; everything is refused, an operator must look
 * stopped  the activation has ended
 */
export type Mode = 'loading' | 'running' | 'holding' | 'parked' | 'stopped';

const ways: Readonly<Record<Mode, readonly Mode[]>> = {
  loading: ['running', 'parked', 'stopped'],
  running: ['holding', 'loading', 'parked', 'stopped'],
  holding: ['running', 'loading', 'parked', 'stopped'],
  parked: ['stopped'],
  stopped: [],
};

/** The next mode. Throws where there is no way to it: that is a fault of the engine. */
export function move(from: Mode, to: Mode, who: string): Mode {
  if (!ways[from].includes(to)) throw new Error(`${who} cannot go from ${from} to ${to}`);
  return to;
}

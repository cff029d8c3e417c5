/**
 * The ranking of one period in one currency: who sold how much, exactly.
 *
 * Boundary: it believes each owner's absolute totals and adds them up; owners keep the truth, and a ranking can
 * be rebuilt from them at will (src/jobs/rankings.ts). It sends nothing and keeps no timer.
 *
 * Holds: sum over owners = totals; sum over shares of a driver or product = its row; for any order, loss or
 * repetition of reports the state depends on the highest report of each owner alone (ENGINE 18).
 */
import { defineActor, refuse } from '../runtime/definition.js';
import { own } from '../shared/own.js';
import { MOST_ROWS, type RankedList, type RankedRow, type RankingCommands, type RankingReads } from './commands.js';
import { decideReport } from './decide.js';
import type { RankingEvents } from './events.js';
import { evolveReported } from './evolve.js';
import { emptyRanking, type RankingState } from './state.js';

export function rankingActor() {
  return defineActor<RankingState, RankingCommands, RankingEvents, RankingReads>({
    kind: 'ranking',
    version: 1,
    initial: emptyRanking,
    decide: { report: decideReport },
    evolve: { reported: evolveReported },
    reads: {
      totals: (state) => state.totals,
      top: (state, { list, limit }) => (limited(limit) ? top(state, list, limit) : wrongLimit),
      board: (state, { limit }) =>
        limited(limit)
          ? {
              totals: state.totals,
              top: {
                products: top(state, 'products', limit),
                stations: top(state, 'stations', limit),
                drivers: top(state, 'drivers', limit),
                devices: top(state, 'devices', limit),
              },
              recent: state.recent,
            }
          : wrongLimit,
    },
    push: {
      reported: ({ totals, rows, recent }) =>
        rows.length + recent.length === 0 ? [] : [{ channel: 'fleet', name: 'totals', data: { totals, rows, recent } }],
    },
  });
}

const wrongLimit = refuse('bad_input', `limit: must be 1 to ${MOST_ROWS}`);

function limited(limit: number): boolean {
  return Number.isInteger(limit) && limit >= 1 && limit <= MOST_ROWS;
}

function top(state: Readonly<RankingState>, list: RankedList, limit: number): readonly RankedRow[] {
  return state.leaders[list].slice(0, limit).flatMap((id) => {
    const row = own(state[list], id);
    return row ? [{ id, name: row.name, amount: row.amount, count: row.count }] : [];
  });
}

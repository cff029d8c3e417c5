/** What big screens follow: the rankings of a period, the census, and the cars. */
import { Type } from '@sinclair/typebox';

import type { RankingPush } from './merge.js';
import { mergeTotals } from './merge.js';
import { Amount, Count, fields, word } from '../fields.js';
import { Car, Ticker, Totals } from '../fleet.js';
import type { StreamDeclaration, VolatileDeclaration } from './declare.js';

/** Nobody reads faster than this from a wall. */
const WINDOW_MS = 250;

const screens = ['screen', 'platform'] as const;
const seesFleet: StreamDeclaration['mayFollow'] = ({ role }) => role === 'screen' || role === 'platform';

export const rankingStream: StreamDeclaration = {
  kind: 'ranking',
  channel: 'fleet',
  summary: 'The figures of one period (`ranking:day.2026-11-21.CNY/fleet`), absolute: figures only grow.',
  followers: 'screens and the platform',
  mayFollow: seesFleet,
  coalesce: {
    windowMs: WINDOW_MS,
    merge: (earlier, later) => mergeTotals(earlier as RankingPush, later as RankingPush),
  },
  pushes: {
    totals: {
      summary: 'The totals, the rows that have changed, and what was just sold, newest first.',
      data: fields({
        totals: Totals,
        rows: Type.Array(
          fields({
            list: word('products', 'stations', 'drivers', 'devices'),
            ...{ id: Type.String(), name: Type.String(), amount: Amount, count: Count },
          }),
        ),
        recent: Type.Array(Ticker),
      }),
    },
  },
};

export const censusStream: StreamDeclaration = {
  kind: 'fleet',
  channel: 'census',
  summary: 'Devices in all, and how many are online.',
  followers: 'screens and the platform',
  mayFollow: seesFleet,
  coalesce: { windowMs: WINDOW_MS, merge: (_earlier, later) => later },
  pushes: { census: { summary: 'The count.', data: fields({ total: Count, online: Count }) } },
};

/** Events that rest on no entry and may be skipped, by name. */
export const volatileEvents = {
  cars: {
    summary: 'Cars that moved or changed, about once a second.',
    roles: screens,
    data: fields({ cars: Type.Array(Car) }),
  },
} as const satisfies Record<string, VolatileDeclaration>;

/** What an operator of the platform does by hand. */
import { Type } from '@sinclair/typebox';

import { refused, told } from '../answer.js';
import { command, read } from './declare.js';
import { Amount, Count, fields, Time, word } from './fields.js';

const LetterId = Type.String({ maxLength: 320, rule: 'the id of a dead letter' });

const Room = word('integrity', 'causality', 'books', 'orders', 'rankings', 'states', 'views');

export const operatorRequests = {
  'deadLetter.list': read({
    summary: 'Messages that were tried to the limit and are kept.',
    access: ['platform'],
    input: fields({}),
    output: fields({
      letters: Type.Array(
        fields({
          ...{ id: LetterId, from: Type.String(), to: Type.String(), type: Type.String() },
          ...{ since: Time, attempts: Count, lastError: Type.String() },
        }),
      ),
    }),
    errors: [],
    async run(_input, _call, { engine }) {
      const letters = (await engine.deadLetters()).map(({ id, from, to, type, since, attempts, lastError }) => {
        return { id, from, to, type, since, attempts, lastError };
      });
      return told({ letters });
    },
  }),

  'deadLetter.retry': command({
    summary: 'Sends a dead letter again.',
    access: ['platform'],
    input: fields({ id: LetterId }),
    output: fields({ sent: Type.Boolean() }),
    errors: [],
    run: async ({ id }, _call, { engine }) => told({ sent: await engine.retryDeadLetter(id) }),
  }),

  'view.rebuild': command({
    summary: 'Empties a view and builds it again from the journal.',
    access: ['platform'],
    input: fields({ collection: Type.String({ pattern: '^[A-Za-z]{1,32}$', rule: 'the name of a view' }) }),
    output: fields({ rows: Count }),
    errors: ['unknown_view', 'entries_archived'],
    async run({ collection }, _call, { rebuildView }) {
      const rows = await rebuildView(collection);
      if (rows === 'archived') {
        const text = `${collection}: rows of archived entries would be lost; put these back first (backseat archive --back)`;
        return refused('entries_archived', text);
      }
      return rows === undefined ? refused('unknown_view', `${collection}: there is no such view`) : told({ rows });
    },
  }),

  'ranking.rebuild': command({
    summary: 'Asks every device and station for its figures, and mends the rankings by them.',
    access: ['platform'],
    input: fields({}),
    output: fields({ owners: Count, reports: Count, failed: Count }),
    errors: ['unavailable'],
    limit: { perMinute: 2, burst: 2 },
    async run(_input, { id }, { rebuildRankings }) {
      if (!rebuildRankings) return refused('unavailable', 'this node does not rebuild rankings');
      const { owners, reports, failed } = await rebuildRankings(id);
      return told({ owners, reports, failed: failed.length });
    },
  }),

  'books.verify': read({
    summary: 'Recomputes books, totals and rankings from the journal as it is now, and says what differs.',
    access: ['platform'],
    input: fields({}),
    output: fields({
      checked: Type.Record(Type.String(), Count),
      books: Type.Record(Type.String(), Type.Record(Type.String(), Amount)),
      differences: Type.Array(fields({ room: Room, where: Type.String(), text: Type.String() })),
      found: Count,
    }),
    errors: ['unavailable'],
    limit: { perMinute: 2, burst: 2 },
    async run(_input, _call, { audit }) {
      return audit ? told(await audit()) : refused('unavailable', 'this node does not audit itself');
    },
  }),
};

import t from 'tap';
import { isCurrent, LATE, nextState, OVERDUE, silenceEvent } from '../../web/src/line/state.js';

t.test('a silence becomes late after 25 seconds and overdue after 60', (t) => {
  t.equal(silenceEvent(LATE - 1), undefined);
  t.equal(silenceEvent(25_000), 'late');
  t.equal(silenceEvent(OVERDUE - 1), 'late');
  t.equal(silenceEvent(60_000), 'overdue');
  t.end();
});

t.test('a lost line is quiet, then reconnecting, then stale, and live as soon as it is synced', (t) => {
  t.equal(nextState('live', 'lost'), 'quiet');
  t.equal(nextState('quiet', 'late'), 'reconnecting');
  t.equal(nextState('reconnecting', 'overdue'), 'stale');
  for (const state of ['starting', 'quiet', 'reconnecting', 'stale', 'refused'] as const) {
    t.equal(nextState(state, 'synced'), 'live', `from ${state}`);
  }
  t.end();
});

t.test('what is stale or refused stays so until it is synced', (t) => {
  for (const event of ['lost', 'late', 'overdue'] as const) {
    t.equal(nextState('stale', event), 'stale');
    t.equal(nextState('refused', event), 'refused');
  }
  t.end();
});

t.test('figures stand for the present until the line is stale', (t) => {
  t.ok(isCurrent('live') && isCurrent('quiet') && isCurrent('reconnecting'));
  t.notOk(isCurrent('stale') || isCurrent('refused') || isCurrent('starting'));
  t.end();
});

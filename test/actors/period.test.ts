import t from 'tap';

import { businessDay, dayEndsAt, daysUpTo, isZone, periodsOf } from '../../src/actors/shared/period.js';

const SHANGHAI = 'Asia/Shanghai';

t.test('a day begins at local midnight, to the millisecond', async (t) => {
  const midnight = Date.UTC(2026, 10, 20, 16);
  t.equal(businessDay(midnight - 1, SHANGHAI), '2026-11-20');
  t.equal(businessDay(midnight, SHANGHAI), '2026-11-21');
  t.equal(dayEndsAt(midnight - 1, SHANGHAI), midnight);
  t.equal(dayEndsAt(midnight, SHANGHAI), midnight + 86_400_000);
});

t.test('days of several zones asked in turn do not mix', async (t) => {
  const now = Date.UTC(2026, 10, 21, 12);
  for (let i = 0; i < 3; i++) {
    t.equal(businessDay(now, 'Pacific/Auckland'), '2026-11-22');
    t.equal(businessDay(now, SHANGHAI), '2026-11-21');
    t.equal(businessDay(now - 86_400_000, SHANGHAI), '2026-11-20');
  }
});

t.test('week, month and year each turn at their own midnight', async (t) => {
  const at = (month: number, day: number, year = 2026) =>
    periodsOf(businessDay(Date.UTC(year, month - 1, day, 15, 59, 59, 999), SHANGHAI));
  const after = (month: number, day: number, year = 2026) =>
    periodsOf(businessDay(Date.UTC(year, month - 1, day, 16), SHANGHAI));
  t.match([at(11, 22), after(11, 22)], [{ week: '2026-W47' }, { day: '2026-11-23', week: '2026-W48' }], 'Monday');
  t.match([at(11, 30), after(11, 30)], [{ month: '2026-11' }, { day: '2026-12-01', month: '2026-12' }]);
  t.match([at(12, 31), after(12, 31)], [{ year: '2026' }, { day: '2027-01-01', month: '2027-01', year: '2027' }]);
  t.match([at(2, 28, 2028), after(2, 28, 2028)], [{ month: '2028-02' }, { day: '2028-02-29', month: '2028-02' }]);
  t.equal(at(12, 31).all, 'all');
});

t.test('an ISO week belongs to the year of its Thursday', async (t) => {
  t.equal(periodsOf('2026-12-31').week, '2026-W53');
  t.equal(periodsOf('2027-01-03').week, '2026-W53');
  t.equal(periodsOf('2027-01-04').week, '2027-W01');
  t.equal(periodsOf('2024-12-30').week, '2025-W01');
});

t.test('a day with a clock change has 23 or 25 hours', async (t) => {
  const hours = (now: number, zone: string) => {
    const end = dayEndsAt(now, zone);
    return (end - dayEndsAt(end - 30 * 3_600_000, zone)) / 3_600_000;
  };
  t.equal(hours(Date.UTC(2026, 2, 29, 12), 'Europe/Lisbon'), 23);
  t.equal(hours(Date.UTC(2026, 9, 25, 12), 'Europe/Lisbon'), 25);
  t.equal(businessDay(Date.UTC(2026, 9, 25, 23, 30), 'Europe/Lisbon'), '2026-10-25', 'the 25th hour is still that day');
});

t.test('where the clock change skips midnight, the day begins with its first moment', async (t) => {
  const first = Date.UTC(2026, 3, 23, 22);
  t.equal(dayEndsAt(first - 1, 'Africa/Cairo'), first, 'Cairo goes from 23:59:59 to 01:00 on 24 April 2026');
  t.equal(businessDay(first, 'Africa/Cairo'), '2026-04-24');
  t.equal(dayEndsAt(first, 'Africa/Cairo'), Date.UTC(2026, 3, 24, 21));
});

t.test('the last seven days cross a month and a year', async (t) => {
  t.same(daysUpTo('2027-01-02', 4), ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02']);
});

t.test('a zone or a day that does not exist is named', async (t) => {
  t.ok(isZone(SHANGHAI));
  t.notOk(isZone('Asia/Atlantis'));
  t.throws(() => businessDay(0, 'Asia/Atlantis'), /Asia\/Atlantis/);
  t.throws(() => periodsOf('2026-02-30'), /2026-02-30.*YYYY-MM-DD/);
});

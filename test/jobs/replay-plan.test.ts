import t from 'tap';
import { rejectLines, Rejects } from '../../src/jobs/csv/rejects.js';
import { money, summaryLines } from '../../src/jobs/replay/summary.js';
import { productId, survey } from '../../src/jobs/replay/survey.js';
import { merge, onTheClockOf, pace, type Timed } from '../../src/jobs/replay/timeline.js';
import { Tally } from '../../src/jobs/traffic/tally.js';
import { all, write } from './files.js';

const files = {
  stations: ['station_id,name,lon,lat,status', 'A,Depot,-8.6,41.15,open', 'B,Gone,-8.6,41.16,closed', 'C,,1,1,open'],
  traces: [
    'taxi_id,trip_id,seq,ts,lon,lat',
    '7,a,0,2013-07-01T00:00:00Z,-8.6,41.15',
    '3,b,0,2013-07-01T00:00:10Z,-8.6,41.15',
    '7,a,1,2013-07-01T00:00:15Z,-8.6,41.15',
    '3,b,1,2013-07-01T00:00:25Z,-8.6,41.15',
  ],
  sales: [
    'sale_id,machine_id,sold_at_local,payment_type,card_id,price_uah,product',
    'C1,1,2024-03-01T10:00,card,A,38.70,Latte',
    'C2,1,2024-03-01T11:00,cash,,40.00,Latte',
    'C3,1,2024-03-02T10:00,card,B,24.00,Americano with milk',
  ],
};

t.test('the survey finds stations in business, cars, products with their first price, and bad rows', async (t) => {
  const folder = t.testdir({});
  const recording = {
    zone: 'Europe/Kyiv',
    stations: write(folder, 'stations.csv', files.stations),
    traces: write(folder, 'traces.csv', files.traces),
    sales: write(folder, 'sales.csv', files.sales),
  };
  const found = await survey(recording);
  t.same(
    found.stations.map(({ id }) => id),
    ['A'],
  );
  t.equal(found.closed, 1);
  t.same(
    found.cars.map(({ taxi }) => taxi),
    ['7', '3'],
  );
  t.same(found.products, [
    { id: 'pr_latte', name: 'Latte', price: 3870 },
    { id: 'pr_americano-with-milk', name: 'Americano with milk', price: 2400 },
  ]);
  t.equal(found.currency, 'UAH');
  t.match(found.fixes, { from: Date.UTC(2013, 6, 1), to: Date.UTC(2013, 6, 1, 0, 0, 25), count: 4 });
  t.equal(found.sales.count, 3);
  t.same(
    found.rejects.map(({ total }) => total),
    [1, 0, 0],
  );

  const limited = await survey({ ...recording, limit: 2 });
  t.equal(limited.sales.count, 2);
  t.equal(limited.fixes.count, 2);

  const empty = write(folder, 'none.csv', files.sales.slice(0, 1));
  await t.rejects(survey({ ...recording, sales: empty }), /none\.csv has no sale/);
});

t.test('a product has one id for all its spellings, in any script', (t) => {
  t.equal(productId('Americano with Milk'), productId('americano  with milk'));
  t.match(productId('Americano with Milk'), /^pr_[A-Za-z0-9_-]{1,60}$/);
  t.match(productId('拿铁咖啡'), /^pr_[A-Za-z0-9_-]{1,60}$/);
  t.not(productId('拿铁'), productId('摩卡'));
  t.match(productId('x'.repeat(200)), /^pr_[A-Za-z0-9_-]{1,60}$/);
  t.end();
});

t.test('sales are laid over the time of the fixes in proportion', (t) => {
  const clock = onTheClockOf({ from: 1_000, to: 2_000, count: 9 }, { from: 0, to: 100, count: 3 });
  t.same([clock(0), clock(50), clock(100)], [1_000, 1_500, 2_000]);
  t.equal(onTheClockOf({ from: 1_000, to: 2_000, count: 9 }, { from: 5, to: 5, count: 1 })(5), 1_000);
  t.end();
});

t.test('two recordings run as one, by time, each in its own order', async (t) => {
  async function* events(...times: number[]): AsyncGenerator<Timed<string>> {
    for (const at of times) yield { at, what: `${times.length}:${at}` };
  }
  const merged = await all(merge(events(1, 4, 3, 9), events(2, 9, 10)));
  t.same(
    merged.map(({ what }) => what),
    ['4:1', '3:2', '4:4', '4:3', '4:9', '3:9', '3:10'],
  );
});

t.test('the pace waits until an event is due, and not at all at full speed', async (t) => {
  let now = 5_000;
  const wait = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const due = pace(60, 100_000, wait);
  await due(160_000);
  t.equal(now, 6_000, 'a minute of the recording takes a second');
  now = 9_000;
  await due(220_000);
  t.equal(now, 9_000, 'what is late does not wait');
  await pace('max', 0, wait)(1e12);
  t.equal(now, 9_000);
});

t.test('the summary tells steps, refusals, times, money and bad rows', (t) => {
  const tally = new Tally();
  tally.count('settled', 50);
  tally.refused('sold_out');
  tally.settled('sales', 'UAH', 123_456);
  tally.settled('restocks', 'UAH', 61_000);
  tally.count('positions', 12_340);
  const text = summaryLines(tally, { comingIn: 2.5, replaying: 10 }).join('\n');
  t.match(text, 'Everybody was there after 2.5 s; the recording took 10.0 s:\n5 sales and 1,234 positions a second.');
  t.match(text, /settled +50/);
  t.match(text, /sold_out +1/);
  t.match(text, /sales +1,234\.56 UAH/);
  t.match(text, /restocks +610\.00 UAH/);
  const rejects = new Rejects('sales.csv');
  t.same(rejectLines(rejects), ['sales.csv: no bad rows']);
  for (let line = 2; line < 32; line++) rejects.add(line, 'missing', 'product is empty');
  const lines = rejectLines(rejects);
  t.equal(lines[0], 'sales.csv: 30 missing');
  t.equal(lines[1], '  line 2: missing, product is empty');
  t.equal(lines.at(-1), '  and 10 more');
  t.end();
});

t.test('money is written with the digits of its currency', (t) => {
  t.equal(money(5, 'UAH'), '0.05 UAH');
  t.equal(money(-1_234, 'CNY'), '-12.34 CNY');
  t.equal(money(123_456_789, 'UAH'), '1,234,567.89 UAH');
  t.equal(money(500, 'JPY'), '500 JPY');
  t.equal(money(1_500, 'KWD'), '1.500 KWD');
  t.end();
});

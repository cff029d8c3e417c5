import { join } from 'node:path';
import t from 'tap';
import { PASSENGERS, riderOf } from '../../src/jobs/replay/cast.js';
import { replay, type Progress } from '../../src/jobs/replay/index.js';
import { survey, type Recording } from '../../src/jobs/replay/survey.js';
import { Entrance } from '../../src/jobs/traffic/entrance.js';
import { Tally } from '../../src/jobs/traffic/tally.js';
import { write } from './files.js';
import { operator, startNode } from './node.js';

const taxis = ['11', '22'];
const stations = ['station_id,name,lon,lat', 'A,North,-8.60,41.20', 'B,South,-8.60,41.10', 'C,Far,-8.00,41.10'];

/** Two taxis, a fix each 15 s. */
const traces = [
  'taxi_id,trip_id,seq,ts,lon,lat',
  ...Array.from({ length: 10 }, (_, seq) => seq).flatMap((seq) =>
    taxis.map((taxi, i) => {
      const at = new Date(Date.UTC(2013, 6, 1, 0, 0, 15 * seq)).toISOString();
      return `${taxi},trip${taxi},${seq},${at},${(-8.6 + seq / 1_000).toFixed(4)},${41.15 + i / 1_000}`;
    }),
  ),
];

/** Sales a minute apart: mostly of one product, so that its slots run empty; the price rises once. */
function salesOf(count: number): string[] {
  return [
    'sale_id,machine_id,sold_at_local,payment_type,card_id,price_uah,product',
    ...Array.from({ length: count }, (_, n) => {
      const at = new Date(Date.UTC(2024, 2, 1, 8, n)).toISOString().slice(0, 23);
      const product = n % 5 === 4 ? 'Cocoa' : n % 2 === 0 ? 'Latte' : 'latte';
      const price = n < count / 2 ? '38.70' : '40.00';
      return n % 3 === 0
        ? `C${n},1,${at},cash,,${price},${product}`
        : `C${n},1,${at},card,K${n % 7},${price},${product}`;
    }),
  ];
}

function record(folder: string, sales: number): Recording {
  return {
    zone: 'Europe/Kyiv',
    stations: write(folder, 'stations.csv', stations),
    traces: write(folder, 'traces.csv', traces),
    sales: write(folder, 'sales.csv', salesOf(sales)),
  };
}

function counting() {
  const counts = { came: 0, sales: 0, fixes: 0 };
  const progress: Progress = {
    came: () => void (counts.came += 1),
    began: () => undefined,
    sale: () => void (counts.sales += 1),
    fix: () => void (counts.fixes += 1),
  };
  return { counts, progress };
}

t.test('a recording is replayed to the last sale, and again, and the books are right', async (t) => {
  const folder = t.testdir({ data: {} });
  const recording = record(folder, 60);
  const node = await startNode(t, { folder: join(folder, 'data'), currency: 'UAH' });
  const server = { url: node.url, operator };

  await t.test('every sale is settled, and every restock that it led to is loaded', async (t) => {
    const tally = new Tally();
    const { counts, progress } = counting();
    const options = { recording, server, speed: 'max', inFlight: 8 } as const;
    const took = await replay(options, await survey(recording), tally, progress);
    t.same(counts, { came: 3 + PASSENGERS + 2, sales: 60, fixes: 20 });
    for (const step of ['placed', 'paid', 'dispensed', 'settled'] as const) t.equal(tally.of(step), 60, step);
    t.equal(tally.of('given up'), 0);
    t.equal(tally.of('positions'), 20);
    t.equal(tally.settledMoney('sales').get('UAH'), 30 * 3_870 + 30 * 4_000, 'at the recorded prices');
    t.ok((tally.settledMoney('restocks').get('UAH') ?? 0) > 0, 'stations were paid');
    t.ok(tally.of('low stock') > 0, 'slots of six units ran low');
    t.equal(tally.of('restocks loaded'), tally.of('restocks placed'), 'every restock was run to the loading');
    t.ok(tally.of('restocks loaded') > 4, `${tally.of('restocks loaded')} restocks`);
    t.equal(tally.percentiles('whole sale').count, 60);
    t.ok(took.comingIn > 0 && took.replaying > 0);
  });

  await t.test('drivers restocked at the nearest station that has what they lacked', async (t) => {
    // By the rule of supply North (0) lacks Latte (0), South (1) has both, so has Far (2), fifty kilometres off.
    const entrance = await Entrance.open(node.url, operator);
    const { items } = await entrance.platform.ask('restock.list', {});
    entrance.close();
    const where = new Map<string, Set<string>>();
    for (const { station, lines } of items) {
      for (const { product } of lines) where.set(product, (where.get(product) ?? new Set()).add(station));
    }
    t.same([...(where.get('pr_latte') ?? [])], ['st_B']);
    t.notOk(where.get('pr_cocoa')?.has('st_C'), 'nobody drives to the far one');
  });

  await t.test('a second replay finds all of the first; at speed 60 it takes a sixtieth of its time', async (t) => {
    const again = { ...recording, sales: write(folder, 'again.csv', salesOf(4)) };
    const tally = new Tally();
    const options = { recording: again, server, speed: 60, inFlight: 4 };
    const { replaying } = await replay(options, await survey(again), tally, counting().progress);
    t.equal(tally.of('settled'), 4);
    t.ok(replaying >= 135 / 60, `135 s of recording took ${replaying.toFixed(2)} s`);
  });

  const report = await node.closeAndVerify();
  t.same(report.differences, []);
  t.ok((report.checked['orders'] ?? 0) >= 64);
});

t.test('cars of one city restock at stations of another, where the recording has it so', async (t) => {
  const folder = t.testdir({ data: {} });
  const shanghai = ['station_id,name,lon,lat', 'A,Far,121.4,31.2', 'B,Farther,121.5,31.3', 'C,Here,121.5,31.2'];
  const recording = { ...record(folder, 10), stations: write(folder, 'stations.csv', shanghai) };
  const node = await startNode(t, { folder: join(folder, 'data'), currency: 'UAH' });
  const tally = new Tally();
  const server = { url: node.url, operator };
  await replay({ recording, server, speed: 'max', inFlight: 4 }, await survey(recording), tally, counting().progress);
  t.equal(tally.of('settled'), 10);
});

t.test('a card is always the same passenger’s, and cash is spread', (t) => {
  t.equal(riderOf('ANON-1', 'C1'), riderOf('ANON-1', 'C2'));
  const riders = new Set(Array.from({ length: 200 }, (_, i) => riderOf(undefined, `C${i}`)));
  t.ok(riders.size > PASSENGERS / 2 && [...riders].every((rider) => rider >= 0 && rider < PASSENGERS));
  t.end();
});

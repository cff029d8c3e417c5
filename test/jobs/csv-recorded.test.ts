/** The recorded files, and the bad rows that were recorded beside them. */
import t from 'tap';
import { Rejects } from '../../src/jobs/csv/rejects.js';
import { readSales } from '../../src/jobs/csv/sales.js';
import { readStations } from '../../src/jobs/csv/stations.js';
import { readTraces } from '../../src/jobs/csv/traces.js';
import { all, needs, recorded, recordedLines, recordedRejects, rejected, write } from './files.js';

type Fields = Record<string, string | number>;

const fixHeader = 'taxi_id,trip_id,seq,ts,lon,lat,call_type,origin_stand';
const fixLine = (row: Fields): string =>
  fixHeader
    .split(',')
    .map((name) => row[name] ?? '')
    .join(',');

/** A trip as it was recorded before it became rows: a list of places, 15 s apart. */
function tripLines(row: Fields): string[] {
  const places = JSON.parse(String(row['POLYLINE'])) as [number, number][];
  return places.map(([lon, lat], seq) =>
    fixLine({
      taxi_id: String(row['TAXI_ID']),
      trip_id: String(row['TRIP_ID']),
      seq,
      ts: new Date((Number(row['TIMESTAMP']) + 15 * seq) * 1_000).toISOString(),
      lon,
      lat,
      call_type: String(row['CALL_TYPE']),
    }),
  );
}

const ofDataset = (dataset: string, reason: RegExp): Fields[] =>
  recordedRejects()
    .filter((reject) => reject.dataset === dataset && reason.test(reject.reason))
    .map((reject) => reject.row as Fields);

async function readFixes(folder: string, lines: readonly string[]) {
  const path = write(folder, 'traces.csv', [fixHeader, ...lines]);
  const rejects = new Rejects(path);
  return { fixes: await all(readTraces(path, 'Asia/Shanghai', rejects)), rejects };
}

t.test('every row of the recorded files is taken', needs('porto-traces-dev.csv'), async (t) => {
  const count = async (name: string, read: (path: string, rejects: Rejects) => AsyncIterable<unknown>) => {
    const rejects = new Rejects(name);
    const rows = await all(read(`${recorded}/${name}`, rejects));
    t.equal(rejects.total, 0, `${name}: ${JSON.stringify(rejects.listed.slice(0, 3))}`);
    return rows.length;
  };
  t.equal(await count('porto-traces-dev.csv', (path, rejects) => readTraces(path, 'Asia/Shanghai', rejects)), 40_253);
  t.equal(await count('coffee-sales-dev.csv', (path, rejects) => readSales(path, 'Europe/Kyiv', rejects)), 2_693);
  t.equal(await count('porto-stations.csv', readStations), 63);
  t.equal(await count('beijing-stations-cafe.csv', readStations), 139);
  t.equal(await count('shanghai-stations-cafe.csv', readStations), 75);
  t.equal(await count('shenzhen-stations-cafe.csv', readStations), 45);
});

t.test(
  'every recorded jump is rejected in the place that it was recorded in, and no other row',
  needs('rejects.ndjson', 'porto-traces-dev.csv'),
  async (t) => {
    const own = recordedLines('porto-traces-dev.csv');
    const trips = new Set(own.map((line) => line.split(',')[1]));
    const jumps = ofDataset('porto-traces', /^implied_speed/)
      .map(fixLine)
      .filter((line) => trips.has(line.split(',')[1]));
    t.equal(jumps.length, 211, 'the other jumps are of trips that are not in the file: nothing to jump from');
    const seqOf = (line: string) => Number(line.split(',')[2]);
    const timeOf = (line: string) => line.split(',')[3] ?? '';
    const lines = [...own, ...jumps].sort((a, b) => timeOf(a).localeCompare(timeOf(b)) || seqOf(a) - seqOf(b));
    const { fixes, rejects } = await readFixes(t.testdir({}), lines);
    t.same(rejects.byCode, { too_fast: 211 });
    t.same(new Set(rejects.listed.map(({ line }) => lines[line - 2])), new Set(jumps));
    t.equal(fixes.length, 40_253);
  },
);

t.test('a recorded trip of one fix is rejected', needs('rejects.ndjson'), async (t) => {
  const trips = [...ofDataset('porto-traces', /^trip_with_1/), ...ofDataset('porto-traces-2014', /^trip_with_1/)];
  t.equal(trips.length, 17);
  const { fixes, rejects } = await readFixes(t.testdir({}), trips.flatMap(tripLines));
  t.same(fixes, []);
  t.same(rejects.byCode, { single_fix: 17 });
});

t.test(
  'a recorded trip that overlaps the trip ahead of it is rejected whole',
  needs('rejects.ndjson', 'porto-traces-dev.csv'),
  async (t) => {
    for (const trip of ofDataset('porto-traces', /^trip_overlaps/)) {
      const extra = tripLines(trip);
      const own = recordedLines('porto-traces-dev.csv').filter((line) => line.startsWith(`${trip['TAXI_ID']},`));
      const timeOf = (line: string) => Date.parse(line.split(',')[3] ?? '');
      const lines = [...own, ...extra].sort((a, b) => timeOf(a) - timeOf(b));
      const { fixes, rejects } = await readFixes(t.testdir({}), lines);
      t.same(rejects.byCode, { overlapping_trip: extra.length });
      t.equal(fixes.length, own.length);
    }
  },
);

t.test('a recorded station without a delimiter is a broken line', needs('rejects.ndjson'), async (t) => {
  const rows = recordedRejects().filter(({ dataset }) => dataset === 'porto-stations');
  t.equal(rows.length, 1);
  const path = write(t.testdir({}), 'stations.csv', [
    'station_id,name,lat,lon',
    ...rows.map(({ row }) => (row as string[]).join(',')),
    'PT42,Nove de Abril,41.172749,-8.611784',
  ]);
  const rejects = new Rejects(path);
  t.equal((await all(readStations(path, rejects))).length, 1);
  t.same(rejected(rejects), ['2 broken_line']);
});

t.test('recorded sales without a product, broken or doubled are rejected', needs('rejects.ndjson'), async (t) => {
  const time = (text: string) => {
    const [, month, day, year, hour, minute] = /^(\d+)\/(\d+)\/(\d+) (\d+):(\d+)$/.exec(text) ?? [];
    return `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}T${hour?.padStart(2, '0')}:${minute}`;
  };
  const line = (id: string, row: Fields) =>
    `${id},2,${time(String(row['datetime']))},${row['cash_type']},,${row['money']},${row['coffee_name']}`;
  const [missing] = ofDataset('coffee-sales', /^missing_product/);
  const [broken] = ofDataset('coffee-sales', /^broken_line/);
  const doubled = ofDataset('coffee-sales', /^exact_duplicate/);
  t.equal(doubled.length, 2);
  const path = write(t.testdir({}), 'sales.csv', [
    'sale_id,machine_id,sold_at_local,payment_type,card_id,price_uah,product',
    line('S1', missing!),
    String(broken!['date']),
    ...doubled.flatMap((row, i) => [line(`D${i}`, row), line(`E${i}`, row)]),
  ]);
  const rejects = new Rejects(path);
  const sales = await all(readSales(path, 'Europe/Kyiv', rejects));
  t.same(rejected(rejects), ['2 missing', '3 broken_line', '5 duplicate', '7 duplicate']);
  t.same(
    sales.map(({ id, amount, product }) => [id, amount, product]),
    [
      ['D0', 2500, 'Americano with milk'],
      ['D1', 2500, 'Americano with milk'],
    ],
  );
});

import t from 'tap';
import { productKey } from '../../src/jobs/csv/fields.js';
import { Recent } from '../../src/jobs/csv/recent.js';
import { Rejects } from '../../src/jobs/csv/rejects.js';
import { readSales } from '../../src/jobs/csv/sales.js';
import { readStations } from '../../src/jobs/csv/stations.js';
import { readTable } from '../../src/jobs/csv/table.js';
import { readTraces } from '../../src/jobs/csv/traces.js';
import { all, rejected, write } from './files.js';

const salesHeader = 'sale_id,machine_id,sold_at_local,payment_type,card_id,price_uah,product';
const tracesHeader = 'taxi_id,trip_id,seq,ts,lon,lat,call_type,origin_stand';

t.test('a table', async (t) => {
  const folder = t.testdir({});

  t.test('is read by column name, quoted fields, byte order mark and empty lines included', async (t) => {
    const path = write(folder, 'good.csv', ['\uFEFFname,extra,id', '"Tea, hot",,7', '', '"a ""b""",x,8']);
    const rejects = new Rejects(path);
    const rows = await all(readTable(path, ['id', 'name'], rejects));
    t.same(
      rows.map((row) => [row.line, row.text('id'), row.text('name'), row.maybe('extra'), row.maybe('other')]),
      [
        [2, '7', 'Tea, hot', undefined, undefined],
        [4, '8', 'a "b"', 'x', undefined],
      ],
    );
    t.equal(rejects.total, 0);
  });

  t.test('loses a broken line and no line after it', async (t) => {
    const path = write(folder, 'broken.csv', ['a,b', '1,"open', '2', '3,4,5', 'x"y"z,1', '6,7']);
    const rejects = new Rejects(path);
    const rows = await all(readTable(path, ['a', 'b'], rejects));
    t.same(
      rows.map((row) => row.line),
      [6],
    );
    t.same(rejected(rejects), ['2 broken_line', '3 broken_line', '4 broken_line', '5 broken_line']);
    t.match(rejects.listed[1]?.message, '1 fields instead of 2');
  });

  t.test('loses a line that is not UTF-8', async (t) => {
    const path = t.testdir({ 'latin.csv': Buffer.from('a,b\nS\xe3o,1\nx,2\n', 'latin1') });
    const rejects = new Rejects('latin.csv');
    t.equal((await all(readTable(`${path}/latin.csv`, ['a'], rejects))).length, 1);
    t.same(rejected(rejects), ['2 not_utf8']);
  });

  t.test('of another format, or none, is refused by name', async (t) => {
    const path = write(folder, 'other.csv', ['a,b']);
    await t.rejects(all(readTable(path, ['a', 'lon', 'lat'], new Rejects(path))), /other\.csv has no column lon, lat/);
    const empty = write(folder, 'empty.csv', []);
    await t.rejects(all(readTable(empty, ['a'], new Rejects(empty))), /empty\.csv is empty/);
    await t.rejects(all(readTable(`${folder}/none.csv`, ['a'], new Rejects('none'))), /none\.csv/);
  });

  t.test('of a million bad rows keeps a thousand word for word and counts all', (t) => {
    const rejects = new Rejects('huge.csv');
    for (let line = 2; line < 1_000_002; line++) rejects.add(line, 'missing', 'name is empty');
    t.equal(rejects.listed.length, 1_000);
    t.same(rejects.byCode, { missing: 1_000_000 });
    t.end();
  });
});

t.test('stations', async (t) => {
  const folder = t.testdir({});

  t.test('come with and without status and opening hours', async (t) => {
    const path = write(folder, 'cafes.csv', [
      'station_id,name,status,opening_hours,lon,lat',
      'A1,奇遇花园,open,周末不开,116.342,39.941',
      'A2,May Café,closed,,116.3,40.03',
    ]);
    t.same(await all(readStations(path, new Rejects(path))), [
      { id: 'A1', name: '奇遇花园', lon: 116.342, lat: 39.941, open: true, openingHours: '周末不开' },
      { id: 'A2', name: 'May Café', lon: 116.3, lat: 40.03, open: false },
    ]);
    const plain = write(folder, 'plain.csv', ['station_id,name,lon,lat', 'PT01,Agra,-8.60967,41.177146']);
    t.same(await all(readStations(plain, new Rejects(plain))), [
      { id: 'PT01', name: 'Agra', lon: -8.60967, lat: 41.177146, open: true },
    ]);
  });

  t.test('without id, name or place, or with one twice, are rejected', async (t) => {
    const path = write(folder, 'bad.csv', [
      'station_id,name,lon,lat,status',
      'A,One,1,2,open',
      'B,,1,2,open',
      ',Two,1,2,open',
      'C,Three,181,2,open',
      'D,Four,1,north,open',
      'E,Five,1,,open',
      'F/G,Six,1,2,open',
      'A,One again,1,2,open',
      'H,Seven,1,2,perhaps',
      `I,${'x'.repeat(65)},1,2,open`,
    ]);
    const rejects = new Rejects(path);
    t.equal((await all(readStations(path, rejects))).length, 1);
    t.same(rejected(rejects), [
      '3 missing',
      '4 missing',
      '5 bad_value',
      '6 bad_value',
      '7 missing',
      '8 bad_value',
      '9 duplicate',
      '10 bad_value',
      '11 bad_value',
    ]);
  });
});

t.test('sales', async (t) => {
  const folder = t.testdir({});
  const read = async (lines: string[], header = salesHeader, zone = 'Europe/Kyiv') => {
    const path = write(folder, 'sales.csv', [header, ...lines]);
    const rejects = new Rejects(path);
    return { sales: await all(readSales(path, zone, rejects)), rejects };
  };

  t.test('carry business-zone times, exact minor units and the currency of the column', async (t) => {
    const { sales } = await read([
      'C1,1,2024-03-01T10:15:50.520,card,ANON-1,38.70,Latte',
      'C2,1,2024-07-01T09:41,cash,,40,Cocoa',
    ]);
    t.same(sales, [
      {
        id: 'C1',
        machine: '1',
        at: Date.UTC(2024, 2, 1, 8, 15, 50, 520),
        method: 'card',
        card: 'ANON-1',
        amount: 3870,
        currency: 'UAH',
        product: 'Latte',
      },
      {
        id: 'C2',
        machine: '1',
        at: Date.UTC(2024, 6, 1, 6, 41),
        method: 'cash',
        amount: 4000,
        currency: 'UAH',
        product: 'Cocoa',
      },
    ]);
  });

  t.test('have no price that a float could spoil', async (t) => {
    const price = async (text: string, currency: string) => {
      const header = salesHeader.replace('uah', currency);
      return (await read([`C1,1,2024-03-01T10:15,card,A,${text},Latte`], header)).sales[0]?.amount;
    };
    t.equal(await price('1.15', 'uah'), 115, 'where 1.15 * 100 is 114.99999999999999');
    t.equal(await price('90071992547.99', 'uah'), 9007199254799);
    t.equal(await price('38.7', 'uah'), 3870);
    t.equal(await price('38.700', 'uah'), 3870);
    t.equal(await price('500', 'jpy'), 500);
    t.equal(await price('1.234', 'kwd'), 1234);
    t.equal(await price('1.234', 'uah'), undefined);
    t.equal(await price('500.5', 'jpy'), undefined);
    t.equal(await price('0.00', 'uah'), undefined);
    t.equal(await price('-3', 'uah'), undefined);
    t.equal(await price('1e3', 'uah'), undefined);
  });

  t.test('of one product spelled two ways are of one product, under the first spelling', async (t) => {
    const { sales } = await read([
      'C1,1,2024-03-01T10:15,card,A,1.00,Americano with Milk',
      'C2,1,2024-03-01T10:16,card,A,1.00,Americano  with milk',
      'C3,1,2024-03-01T10:17,card,A,1.00,Americano',
    ]);
    t.same(
      sales.map((sale) => sale.product),
      ['Americano with Milk', 'Americano with Milk', 'Americano'],
    );
    t.equal(productKey(' Ｌatte '), 'latte', 'width, case and spaces do not count');
  });

  t.test('that are broken are rejected, each for its reason', async (t) => {
    const { sales, rejects } = await read([
      'C1,1,2024-03-01T10:15,card,A,1.00,Latte',
      'C1,1,2024-03-01T11:15,card,A,1.00,Latte',
      'C2,1,2024-03-01T10:15,card,A,1.00,Latte',
      'C3,1,2024-03-01T10:15,card,A,1.00,',
      'C4,1,2024-02-30T10:15,card,A,1.00,Latte',
      'C5,1,yesterday,card,A,1.00,Latte',
      'C6,1,2024-03-01T10:15,coupon,A,1.00,Latte',
      'C7,1,2024-03-01T10:15,card,A,,Latte',
      'Irish whiskey',
    ]);
    t.equal(sales.length, 1);
    t.same(rejected(rejects), [
      '3 duplicate',
      '4 duplicate',
      '5 missing',
      '6 bad_value',
      '7 bad_value',
      '8 bad_value',
      '9 missing',
      '10 broken_line',
    ]);
  });

  t.test('of a file without one price column are refused', async (t) => {
    await t.rejects(read([], salesHeader.replace('price_uah', 'price')), /price_<currency>.*it has 0/);
    await t.rejects(read([], `${salesHeader},price_eur`), /price_<currency>.*it has 2/);
  });
});

t.test('traces', async (t) => {
  const folder = t.testdir({});
  const read = async (lines: string[]) => {
    const path = write(folder, 'traces.csv', [tracesHeader, ...lines]);
    const rejects = new Rejects(path);
    return { fixes: await all(readTraces(path, 'Asia/Shanghai', rejects)), rejects };
  };
  const fix = (taxi: string, trip: string, seq: number, second: number, lon = -8.6) =>
    `${taxi},${trip},${seq},${new Date(Date.UTC(2013, 6, 1, 0, 0, second)).toISOString()},${lon.toFixed(6)},41.150000,C,`;

  t.test('come fix by fix, of several taxis at once, repeated positions too', async (t) => {
    const { fixes, rejects } = await read([
      fix('1', 'a', 0, 0),
      fix('2', 'b', 0, 5),
      fix('1', 'a', 1, 15),
      fix('2', 'b', 1, 20),
      fix('1', 'a', 2, 30, -8.601),
    ]);
    t.same(
      fixes.map(({ taxi, seq }) => `${taxi}/${seq}`),
      ['1/0', '1/1', '2/0', '2/1', '1/2'],
    );
    t.match(fixes[4], { taxi: '1', trip: 'a', seq: 2, at: Date.UTC(2013, 6, 1, 0, 0, 30), lon: -8.601, lat: 41.15 });
    t.equal(rejects.total, 0);
  });

  t.test('lose a jump, and what follows it only while it is still too far', async (t) => {
    const { fixes, rejects } = await read([
      fix('1', 'a', 0, 0),
      fix('1', 'a', 1, 15),
      fix('1', 'a', 2, 30, -8.64),
      fix('1', 'a', 3, 45, -8.64),
      fix('1', 'a', 4, 60, -8.602),
    ]);
    t.same(
      fixes.map(({ seq }) => seq),
      [0, 1, 4],
    );
    t.same(rejected(rejects), ['4 too_fast', '5 too_fast']);
  });

  t.test('lose repeats and what runs backwards', async (t) => {
    const { fixes, rejects } = await read([
      fix('1', 'a', 0, 0),
      fix('1', 'a', 0, 0),
      fix('1', 'a', 1, 15),
      fix('1', 'a', 1, 15),
      fix('1', 'a', 0, 30),
      fix('1', 'a', 2, 10),
      fix('1', 'a', 2, 30),
    ]);
    t.equal(fixes.length, 3);
    t.same(rejected(rejects), ['3 duplicate', '5 duplicate', '6 out_of_order', '7 out_of_order']);
  });

  t.test('lose a trip that begins while the taxi is on another, whichever way the file has them', async (t) => {
    const mixed = await read([
      fix('1', 'a', 0, 0),
      fix('1', 'a', 1, 15),
      fix('1', 'b', 0, 20),
      fix('1', 'a', 2, 30),
      fix('1', 'b', 1, 35),
      fix('1', 'c', 0, 60),
      fix('1', 'c', 1, 75),
    ]);
    t.same(new Set(mixed.fixes.map(({ trip }) => trip)), new Set(['a', 'c']));
    t.same(rejected(mixed.rejects), ['4 overlapping_trip', '6 overlapping_trip']);
    const behind = await read([
      fix('1', 'a', 0, 0),
      fix('1', 'a', 1, 15),
      fix('1', 'b', 0, 10),
      fix('1', 'b', 1, 25),
      fix('1', 'a', 2, 30),
    ]);
    t.same(new Set(behind.fixes.map(({ trip }) => trip)), new Set(['a']));
    t.same(rejected(behind.rejects), ['4 overlapping_trip', '5 overlapping_trip']);
  });

  t.test('lose a fix at a time that is not in the calendar', async (t) => {
    const { rejects } = await read([
      '1,a,0,2013-02-28T00:00:00Z,-8.6,41.15,C,',
      '1,a,1,2013-02-30T00:00:00Z,-8.6,41.15,C,',
      '1,a,1,2013-02-28T25:00:00Z,-8.6,41.15,C,',
      '1,a,1,2013-02-28T00:00:15Z,-8.6,41.15,C,',
    ]);
    t.same(rejected(rejects), ['3 bad_value', '4 bad_value']);
  });

  t.test('lose a trip of one fix, in the middle and at the end', async (t) => {
    const { fixes, rejects } = await read([
      fix('1', 'a', 0, 0),
      fix('1', 'b', 0, 60),
      fix('1', 'b', 1, 75),
      fix('2', 'c', 0, 80),
    ]);
    t.same(new Set(fixes.map(({ trip }) => trip)), new Set(['b']));
    t.same(rejected(rejects), ['2 single_fix', '5 single_fix']);
  });
});

t.test('a memory of the last rows forgets the oldest', (t) => {
  const recent = new Recent(2);
  t.same([recent.add('a'), recent.add('b'), recent.add('a')], [true, true, false]);
  t.same([recent.add('c'), recent.add('a'), recent.add('c')], [true, true, false]);
  t.end();
});

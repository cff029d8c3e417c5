import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../src/client/index.js';
import { importShop, type Imported, type ShopFiles } from '../../src/jobs/import/shop.js';
import { Entrance } from '../../src/jobs/traffic/entrance.js';
import { rejected, write } from './files.js';
import { operator, startNode, type TestNode } from './node.js';

async function bringIn(node: TestNode, files: ShopFiles) {
  const keys = new Map<string, string>();
  const entrance = await Entrance.open(node.url, operator);
  try {
    const results = await importShop(files, entrance.platform, (device, key) => keys.set(device, key));
    return { results, keys };
  } finally {
    entrance.close();
  }
}

const figures = (results: readonly Imported[]) =>
  results.map(({ created, changed, same, passed }) => [created, changed, same, passed]);

/** The samples of the docs: a table for each file, fenced as csv, in the order catalogue, stations, devices. */
function samples(): string[][] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/import.md'), 'utf8');
  return [...text.matchAll(/```csv\n([^`]*)\n```/g)].map(([, table]) => (table ?? '').split('\n'));
}

t.test('the samples of the docs are brought in; the same files again change nothing', async (t) => {
  const folder = t.testdir({ data: {} });
  const node = await startNode(t, { folder: join(folder, 'data') });
  const [catalogue, stations, devices] = samples();
  const files = {
    catalogue: write(folder, 'catalogue.csv', catalogue!),
    stations: write(folder, 'stations.csv', stations!),
    devices: write(folder, 'devices.csv', devices!),
  };
  const first = await bringIn(node, files);
  t.same(figures(first.results), [
    [3, 0, 0, 0],
    [2, 0, 0, 1],
    [2, 0, 0, 0],
  ]);
  t.same(
    first.results.map(({ rejects, refused }) => [rejects.total, refused.length]),
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  );
  const entrance = await Entrance.open(node.url, operator);
  const stateOf = async () => ({
    products: await entrance.platform.ask('catalogue.list', {}),
    stations: await entrance.platform.ask('station.near', { lon: 118.2, lat: 29.6, radiusM: 50_000 }),
    devices: await entrance.platform.ask('device.list', {}),
  });
  await node.system.projected();
  const before = await stateOf();
  t.equal(before.products.products.length, 3);
  t.equal(before.stations.stations.length, 2);
  t.equal(before.devices.items.length, 2);

  const second = await bringIn(node, files);
  t.same(figures(second.results), [
    [0, 0, 3, 0],
    [0, 0, 2, 1],
    [0, 0, 2, 0],
  ]);
  await node.system.projected();
  t.same(await stateOf(), before);
  t.same(second.keys, first.keys, 'the keys are told again, the same');
  entrance.close();

  const [[device, key]] = [...first.keys] as [[string, string]];
  const box = connect(node.url, { auth: { device, key } });
  t.equal((await box.ask('device.home', { device })).device, device, 'a device gets in with its key');
  box.close();
});

t.test('a changed row changes what it is about, and changing it back changes it back', async (t) => {
  const folder = t.testdir({ data: {} });
  const node = await startNode(t, { folder: join(folder, 'data') });
  const named = (name: string) => write(folder, `${name}.csv`, ['product_id,name', `cola,${name}`, 'tea,Tea']);
  t.same(figures((await bringIn(node, { catalogue: named('Cola') })).results), [[2, 0, 0, 0]]);
  t.same(figures((await bringIn(node, { catalogue: named('Kola') })).results), [[0, 1, 1, 0]]);
  t.same(figures((await bringIn(node, { catalogue: named('Cola') })).results), [[0, 1, 1, 0]]);
  const moved = (lon: number) => write(folder, 'stations.csv', ['station_id,name,lon,lat', `A,Depot,${lon},29.6`]);
  t.same(figures((await bringIn(node, { stations: moved(118.2) })).results), [[1, 0, 0, 0]]);
  t.same(figures((await bringIn(node, { stations: moved(118.3) })).results), [[0, 1, 0, 0]]);
  t.same(figures((await bringIn(node, { stations: moved(118.2) })).results), [[0, 1, 0, 0]]);
});

t.test('bad rows are listed and the others brought in', async (t) => {
  const folder = t.testdir({ data: {} });
  const node = await startNode(t, { folder: join(folder, 'data') });
  const devices = write(folder, 'devices.csv', [
    'device_id,name,currency',
    '001,Car 1,CNY',
    '001,Car 1 again,CNY',
    ',Car 2,CNY',
    '003,Car 3,yuan',
    '004,,CNY',
    '005,Car 5,',
    '006,Car 6',
  ]);
  const { results, keys } = await bringIn(node, { devices });
  t.same(figures(results), [[2, 0, 0, 0]]);
  t.same([...keys.keys()].sort(), ['d_001', 'd_005']);
  t.same(rejected(results[0]!.rejects), ['3 duplicate', '4 missing', '5 bad_value', '6 missing', '8 broken_line']);
});

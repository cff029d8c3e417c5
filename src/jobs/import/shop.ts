/**
 * Brings an existing shop's tables in: catalogue, stations, devices. It asks the server for what it has and sends
 * what differs, so the same files twice change nothing, and a file that was interrupted is simply imported again.
 * Ids derive from the rows: station `PT01` becomes `st_PT01`.
 */
import { Rejects } from '../csv/rejects.js';
import { readDevices, readProducts, type ProductRow } from '../csv/shop.js';
import { readStations, type StationRow } from '../csv/stations.js';
import { Refused, type Line } from '../traffic/line.js';
import { forEach } from '../traffic/pool.js';

/** The files; each may be missing. */
export interface ShopFiles {
  readonly catalogue?: string;
  readonly stations?: string;
  readonly devices?: string;
}

/** What became of one file. */
export interface Imported {
  readonly rejects: Rejects;
  created: number;
  changed: number;
  same: number;
  /** Rows that are right but not brought in: stations that are closed. */
  passed: number;
  /** Rows that the server refused, as `line` of the id and its word. */
  readonly refused: { readonly id: string; readonly code: string; readonly message: string }[];
}

/** Hears the key of each device that is made: it is told once, and the installer needs it. */
export type OnKey = (device: string, key: string) => void;

/** Products of one command. */
const BATCH = 100;
/** Rows on their way at once. */
const AT_ONCE = 16;

interface StationPage {
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
}

/** Imports the files over a platform account's line, in the order that they need each other. */
export async function importShop(files: ShopFiles, platform: Line, onKey: OnKey): Promise<readonly Imported[]> {
  const done: Imported[] = [];
  if (files.catalogue !== undefined) done.push(await importCatalogue(files.catalogue, platform));
  if (files.stations !== undefined) done.push(await importStations(files.stations, platform));
  if (files.devices !== undefined) done.push(await importDevices(files.devices, platform, onKey));
  return done;
}

async function importCatalogue(path: string, platform: Line): Promise<Imported> {
  const result = begin(path);
  const { products } = await platform.ask('catalogue.list', {});
  const known = new Map(products.map((product) => [product.id, product]));
  const differing: ProductRow[] = [];
  for await (const row of readProducts(path, result.rejects)) {
    const product = { ...row, id: `pr_${row.id}` };
    const before = known.get(product.id);
    if (!before) result.created += 1;
    else if (before.name !== product.name || before.nameEn !== product.nameEn) result.changed += 1;
    else {
      result.same += 1;
      continue;
    }
    differing.push(product);
    if (differing.length === BATCH) await platform.ask('catalogue.put', { products: differing.splice(0) });
  }
  if (differing.length > 0) await platform.ask('catalogue.put', { products: differing });
  return result;
}

async function importStations(path: string, platform: Line): Promise<Imported> {
  const result = begin(path);
  await eachRow(readStations(path, result.rejects), result, async (row) => {
    if (!row.open) {
      result.passed += 1;
      return;
    }
    const station = `st_${row.id}`;
    const before = await found(platform.ask('station.page', { station }), 'unknown_station');
    if (before && sameStation(before, row)) {
      result.same += 1;
      return;
    }
    await platform.ask('station.register', { id: station, name: row.name, lon: row.lon, lat: row.lat });
    if (before) result.changed += 1;
    else result.created += 1;
  });
  return result;
}

async function importDevices(path: string, platform: Line, onKey: OnKey): Promise<Imported> {
  const result = begin(path);
  await eachRow(readDevices(path, result.rejects), result, async (row) => {
    const id = `d_${row.id}`;
    const before = await found(platform.ask('device.page', { device: id }), 'unknown_device');
    // The same command again is told the same key; a device that somebody else registered keeps its key to itself.
    const register = platform.ask('device.register', { ...row, id }, { id: `import-${id}` });
    const made = before ? await found(register, 'device_registered') : await register;
    if (made) onKey(made.device, made.key);
    if (before) result.same += 1;
    else result.created += 1;
  });
  return result;
}

function begin(path: string): Imported {
  return { rejects: new Rejects(path), created: 0, changed: 0, same: 0, passed: 0, refused: [] };
}

/** Rows at most {@link AT_ONCE} at a time; a refusal is kept with its row and stops no other. */
async function eachRow<T extends { readonly id: string }>(
  rows: AsyncGenerator<T, void, undefined>,
  result: Imported,
  work: (row: T) => Promise<void>,
): Promise<void> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  await forEach(list, AT_ONCE, async (row) => {
    try {
      await work(row);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      result.refused.push({ id: row.id, code: error.code, message: error.message });
    }
  });
}

/** The answer, or undefined when the server says that there is no such thing. */
async function found<T>(answer: Promise<T>, unknown: string): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refused && error.code === unknown) return undefined;
    throw error;
  }
}

function sameStation(before: StationPage, row: StationRow): boolean {
  return before.name === row.name && before.lon === row.lon && before.lat === row.lat;
}

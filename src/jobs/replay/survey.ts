/**
 * The first look at the recorded files: what must be there before the replay can begin (stations, cars,
 * products), how long it will take, and which rows are bad.
 */
import { createHash } from 'node:crypto';
import { productKey } from '../csv/fields.js';
import { Rejects } from '../csv/rejects.js';
import { readSales, type SaleRow } from '../csv/sales.js';
import { readStations, type StationRow } from '../csv/stations.js';
import { BadFile } from '../csv/rejects.js';
import { readTraces, type Fix } from '../csv/traces.js';

/** The recorded files, and how much of them. */
export interface Recording {
  readonly traces: string;
  readonly stations: string;
  readonly sales: string;
  /** The business zone, in which times without a zone are read. */
  readonly zone: string;
  /** At most so many sales and so many fixes; absent: all. */
  readonly limit?: number;
}

/** A product of the recorded sales. */
export interface RecordedProduct {
  /** `pr_<name in letters and digits>`. */
  readonly id: string;
  readonly name: string;
  /** The first price it was sold at, minor units. */
  readonly price: number;
}

/** A stretch of time, ms UTC, and how many rows it has. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What the files hold. */
export interface Survey {
  /** Stations in business; `closed` counts the others. */
  readonly stations: readonly StationRow[];
  readonly closed: number;
  /** Taxi ids in the order of their first fix, with the place of it. */
  readonly cars: readonly Fix[];
  readonly products: readonly RecordedProduct[];
  readonly currency: string;
  readonly fixes: Stretch;
  readonly sales: Stretch;
  readonly rejects: readonly Rejects[];
}

/** Reads all three files once. Throws when one of them has nothing that could be replayed. */
export async function survey(recording: Recording): Promise<Survey> {
  const stations = new Rejects(recording.stations);
  const traces = new Rejects(recording.traces);
  const sales = new Rejects(recording.sales);
  const found = await surveyStations(recording.stations, stations);
  const driven = await surveyTraces(recording, traces);
  const sold = await surveySales(recording, sales);
  if (found.stations.length === 0) throw new BadFile(`${recording.stations} has no station to restock at`);
  if (driven.cars.length === 0) throw new BadFile(`${recording.traces} has no fix of a car`);
  if (sold.products.length === 0) throw new BadFile(`${recording.sales} has no sale`);
  return { ...found, ...driven, ...sold, rejects: [stations, traces, sales] };
}

/** The fixes to be replayed. */
export function fixesOf(recording: Recording, rejects = new Rejects(recording.traces)): AsyncGenerator<Fix> {
  return first(readTraces(recording.traces, recording.zone, rejects), recording.limit);
}

/** The sales to be replayed. */
export function salesOf(recording: Recording, rejects = new Rejects(recording.sales)): AsyncGenerator<SaleRow> {
  return first(readSales(recording.sales, recording.zone, rejects), recording.limit);
}

async function* first<T>(rows: AsyncGenerator<T, void, undefined>, limit = Infinity): AsyncGenerator<T> {
  let count = 0;
  if (limit <= 0) return;
  for await (const row of rows) {
    yield row;
    if (++count >= limit) return;
  }
}

async function surveyStations(path: string, rejects: Rejects): Promise<Pick<Survey, 'stations' | 'closed'>> {
  const stations: StationRow[] = [];
  let closed = 0;
  for await (const station of readStations(path, rejects)) {
    if (station.open) stations.push(station);
    else closed += 1;
  }
  return { stations, closed };
}

async function surveyTraces(recording: Recording, rejects: Rejects): Promise<Pick<Survey, 'cars' | 'fixes'>> {
  const cars = new Map<string, Fix>();
  const stretch = new Stretcher();
  for await (const fix of fixesOf(recording, rejects)) {
    if (!cars.has(fix.taxi)) cars.set(fix.taxi, fix);
    stretch.add(fix.at);
  }
  return { cars: [...cars.values()], fixes: stretch };
}

async function surveySales(
  recording: Recording,
  rejects: Rejects,
): Promise<Pick<Survey, 'products' | 'currency' | 'sales'>> {
  const products = new Map<string, RecordedProduct>();
  const stretch = new Stretcher();
  let currency = '';
  for await (const { product, amount, at, currency: written } of salesOf(recording, rejects)) {
    if (!products.has(product)) products.set(product, { id: productId(product), name: product, price: amount });
    currency = written;
    stretch.add(at);
  }
  return { products: [...products.values()], currency, sales: stretch };
}

/** The same id for every spelling of a product, and in every run. */
export function productId(name: string): string {
  const key = productKey(name);
  const plain = key.replace(/[^a-z0-9]+/g, '-').slice(0, 40);
  // Names in other scripts leave little of themselves; a digest tells them apart.
  const digest = /[^ -~]/.test(key) ? createHash('sha256').update(key).digest('hex').slice(0, 12) : '';
  return `pr_${`${plain}-${digest}`.replace(/^-+|-+$/g, '')}`;
}

class Stretcher implements Stretch {
  from = Infinity;
  to = -Infinity;
  count = 0;

  add(at: number): void {
    this.from = Math.min(this.from, at);
    this.to = Math.max(this.to, at);
    this.count += 1;
  }
}

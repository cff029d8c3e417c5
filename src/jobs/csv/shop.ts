/**
 * The tables of a shop that is imported: `product_id, name, name_en` and `device_id, name, currency`.
 */
import { readId, readName } from './fields.js';
import { Recent } from './recent.js';
import { BadRow, type Rejects } from './rejects.js';
import { readTable, type TableRow } from './table.js';

/** One product of a catalogue. */
export interface ProductRow {
  readonly id: string;
  readonly name: string;
  readonly nameEn?: string;
}

/** One device of a fleet. */
export interface DeviceRow {
  readonly id: string;
  readonly name: string;
  /** Absent: the server's. */
  readonly currency?: string;
}

/** Reads products; a repeated id is rejected. The column `name_en` may be missing. */
export function readProducts(path: string, rejects: Rejects): AsyncGenerator<ProductRow, void, undefined> {
  return readUnique(path, ['product_id', 'name'], rejects, (row) => {
    const nameEn = row.maybe('name_en') === undefined ? undefined : readName(row, 'name_en');
    return { id: readId(row, 'product_id'), name: readName(row, 'name'), ...(nameEn === undefined ? {} : { nameEn }) };
  });
}

/** Reads devices; a repeated id is rejected. The column `currency` may be missing. */
export function readDevices(path: string, rejects: Rejects): AsyncGenerator<DeviceRow, void, undefined> {
  return readUnique(path, ['device_id', 'name'], rejects, (row) => {
    const currency = readCurrency(row);
    return {
      id: readId(row, 'device_id'),
      name: readName(row, 'name'),
      ...(currency === undefined ? {} : { currency }),
    };
  });
}

async function* readUnique<T extends { readonly id: string }>(
  path: string,
  columns: readonly string[],
  rejects: Rejects,
  read: (row: TableRow) => T,
): AsyncGenerator<T, void, undefined> {
  const ids = new Recent();
  for await (const row of readTable(path, columns, rejects)) {
    const item = rejects.check(row.line, () => {
      const found = read(row);
      if (!ids.add(found.id)) throw new BadRow('duplicate', `${found.id} stands in an earlier line`);
      return found;
    });
    if (item) yield item;
  }
}

function readCurrency(row: TableRow): string | undefined {
  const currency = row.maybe('currency');
  if (currency === undefined) return undefined;
  if (!/^[A-Z]{3}$/.test(currency)) throw new BadRow('bad_value', 'currency must be a code as CNY');
  return currency;
}

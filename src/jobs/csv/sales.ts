/**
 * Recorded sales of a file: `sale_id, machine_id, sold_at_local, payment_type, card_id, price_<currency>, product`.
 * The price column names the currency: `price_uah` holds hryvnias.
 */
import { currencyDigits, productKey, readId, readName, readPrice, readTime } from './fields.js';
import { Recent } from './recent.js';
import { BadFile, BadRow, type Rejects } from './rejects.js';
import { readTable, type TableRow } from './table.js';

/** One recorded sale. */
export interface SaleRow {
  readonly id: string;
  readonly machine: string;
  /** ms UTC. */
  readonly at: number;
  readonly method: 'card' | 'cash';
  /** Absent for cash, and where the machine knows no card. */
  readonly card?: string;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** As the file spells it first; all its spellings (see `productKey`) come back as this one. */
  readonly product: string;
}

/** At most so many products are told apart; more of them mean that the column holds something else. */
const PRODUCTS = 10_000;

const columns = ['sale_id', 'machine_id', 'sold_at_local', 'payment_type', 'card_id', 'product'];

interface Pricing {
  readonly column: string;
  readonly currency: string;
  readonly digits: number;
}

/**
 * Reads sales. A repeated `sale_id` is a duplicate, and so is a row that equals an earlier one in all but its id.
 * @param zone the business zone, in which `sold_at_local` is written
 */
export async function* readSales(
  path: string,
  zone: string,
  rejects: Rejects,
): AsyncGenerator<SaleRow, void, undefined> {
  let pricing: Pricing | undefined;
  const spellings = new Map<string, string>();
  const seen = new Recent();
  const onColumns = (names: readonly string[]): void => {
    pricing = findPricing(path, names);
  };
  for await (const row of readTable(path, columns, rejects, onColumns)) {
    const sale = rejects.check(row.line, () => pricing && readSale(row, zone, pricing, spellings));
    if (sale && rejects.check(row.line, () => checkNew(sale, seen))) yield sale;
  }
}

function findPricing(path: string, names: readonly string[]): Pricing {
  const found = names.filter((name) => /^price_[a-z]{3}$/.test(name));
  const [column] = found;
  if (column === undefined || found.length > 1) {
    throw new BadFile(`${path} must have one column price_<currency>, as price_uah; it has ${found.length}`);
  }
  const currency = column.slice(-3).toUpperCase();
  return { column, currency, digits: currencyDigits(currency) };
}

function readSale(row: TableRow, zone: string, pricing: Pricing, spellings: Map<string, string>): SaleRow {
  const method = row.text('payment_type');
  if (method !== 'card' && method !== 'cash') throw new BadRow('bad_value', 'payment_type must be card or cash');
  const card = row.maybe('card_id');
  return {
    id: readId(row, 'sale_id'),
    machine: readId(row, 'machine_id'),
    at: readTime(row, 'sold_at_local', zone),
    method,
    ...(card === undefined ? {} : { card }),
    amount: readPrice(row, pricing.column, pricing.digits),
    currency: pricing.currency,
    product: spell(readName(row, 'product'), spellings),
  };
}

function spell(name: string, spellings: Map<string, string>): string {
  const key = productKey(name);
  const known = spellings.get(key);
  if (known !== undefined) return known;
  if (spellings.size >= PRODUCTS) throw new BadRow('bad_value', `product is the ${PRODUCTS + 1}th of its file`);
  spellings.set(key, name);
  return name;
}

function checkNew(sale: SaleRow, seen: Recent): true {
  const { id, ...rest } = sale;
  if (!seen.add(`id ${id}`)) throw new BadRow('duplicate', `sale_id ${id} stands in an earlier line`);
  if (!seen.add(JSON.stringify(rest)))
    throw new BadRow('duplicate', 'the row equals an earlier one but for its sale_id');
  return true;
}

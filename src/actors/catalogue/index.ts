/**
 * The catalogue: what products there are, and what they are called.
 *
 * Boundary: it knows no stock and no price that anybody pays. A sale and a restock keep the name they were made with,
 * so a product may be renamed at any time.
 */
import { defineActor, refuse, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { isWhole } from '../shared/money.js';
import { isId, own } from '../shared/own.js';
import {
  MOST_PRODUCTS,
  MOST_PUT,
  type CatalogueCommands,
  type CatalogueReads,
  type Product,
  type PutProduct,
} from './commands.js';

export type CatalogueState = {
  /** By id, in the order in which they were added. */
  products: Record<string, Product>;
};

export type CatalogueEvents = { productsPut: { products: readonly Product[] } };

const LONGEST_NAME = 100;

export function catalogueActor() {
  return defineActor<CatalogueState, CatalogueCommands, CatalogueEvents, CatalogueReads>({
    kind: 'catalogue',
    version: 1,
    initial: () => ({ products: {} }),
    decide: { put },
    evolve: {
      productsPut(state, { products }) {
        for (const product of products) state.products[product.id] = product;
      },
    },
    reads: {
      list: (state) => ({ products: Object.values(state.products) }),
      named: (state, { products }) => {
        const found: Record<string, Product> = {};
        for (const id of products) {
          const product = own(state.products, id);
          if (!product) return refuse('unknown_product', `product: ${id} is not in the catalogue`, { product: id });
          found[id] = product;
        }
        return { products: found };
      },
    },
    push: { productsPut: ({ products }) => [{ channel: 'all', name: 'products.put', data: { products } }] },
  });
}

function put(
  state: Readonly<CatalogueState>,
  { products }: CatalogueCommands['put']['input'],
  context: Context,
): Decision<CatalogueEvents, CatalogueCommands['put']['reply']> {
  if (kindOf(context.caller) !== 'platform') {
    return refuse('not_allowed', 'caller: only the platform keeps the catalogue');
  }
  if (!isWhole(products.length, 1, MOST_PUT)) return refuse('bad_input', `products: must be 1 to ${MOST_PUT}`);
  const wrong = products.map(wrongProduct).find((refused) => refused !== undefined);
  if (wrong) return wrong;
  const named = products.map(({ id = context.id('pr'), ...product }): Product => ({ id, ...product }));
  const fresh = new Set(named.map(({ id }) => id).filter((id) => !own(state.products, id)));
  if (Object.keys(state.products).length + fresh.size > MOST_PRODUCTS) {
    return refuse('catalogue_full', `products: at most ${MOST_PRODUCTS} in all`);
  }
  const reply = { products: named.map(({ id }) => id) };
  const changed = named.filter((product) => !same(own(state.products, product.id), product));
  return changed.length === 0 ? { reply } : { reply, events: [{ type: 'productsPut', data: { products: changed } }] };
}

function wrongProduct({ id, name, nameEn, price }: PutProduct): Refused | undefined {
  if (id !== undefined && !(isId(id) && id.startsWith('pr_'))) {
    return refuse('bad_input', `id: ${id} must be pr_ and letters, digits, _ . @ + -, at most 64`);
  }
  for (const [field, text] of Object.entries({ name, nameEn })) {
    if (text === undefined || isWhole(text.length, 1, LONGEST_NAME)) continue;
    return refuse('bad_input', `${field}: must be 1 to ${LONGEST_NAME} characters`);
  }
  if (price === undefined || isWhole(price, 1, Number.MAX_SAFE_INTEGER)) return undefined;
  return refuse('bad_input', 'price: must be a whole number of minor units above zero');
}

function same(one: Product | undefined, other: Product): boolean {
  return one?.name === other.name && one.nameEn === other.nameEn && one.price === other.price;
}

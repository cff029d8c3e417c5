/**
 * The one catalogue (`catalogue:platform`), kept by the platform: what a product is called. Stations and devices add
 * price and stock to it; whoever sends them a product looks its name up here.
 */

/** Key of the one catalogue actor. */
export const CATALOGUE = 'platform';

export type Product = {
  /** `pr_…` */
  readonly id: string;
  readonly name: string;
  readonly nameEn?: string;
  /** What the platform recommends to ask for it, minor units; nobody is bound to it. */
  readonly price?: number;
};

/** A product that is new when it has no id. */
export type PutProduct = Omit<Product, 'id'> & { readonly id?: string };

export type CatalogueCommands = {
  /**
   * By the platform: adds products, changes those that are there. At most {@link MOST_PUT} at once and
   * {@link MOST_PRODUCTS} in all; a repeat changes nothing. Refuses `bad_input`, `catalogue_full`.
   */
  put: { input: { readonly products: readonly PutProduct[] }; reply: { readonly products: readonly string[] } };
};

export type CatalogueReads = {
  /** By anybody: all products, in the order in which they were added. */
  list: { input: object; reply: { readonly products: readonly Product[] } };
  /** By anybody: these products. Refuses `unknown_product`. */
  named: {
    input: { readonly products: readonly string[] };
    reply: { readonly products: Readonly<Record<string, Product>> };
  };
};

/** Products that one `put` may carry. */
export const MOST_PUT = 200;
/** Products of the catalogue. */
export const MOST_PRODUCTS = 5000;

/** The one catalogue, kept by the platform. */
import { Type } from '@sinclair/typebox';

import { CATALOGUE, MOST_PUT, type CatalogueCommands, type CatalogueReads } from '../../actors/catalogue/commands.js';
import { actor } from './declare.js';
import { atMost, fields, Price, ProductId, Title } from './fields.js';

const catalogue = actor<CatalogueCommands, CatalogueReads>('catalogue');

const About = { name: Title, nameEn: Type.Optional(Title), price: Type.Optional(Price) };

export const catalogueRequests = {
  'catalogue.put': catalogue.command({
    summary: 'Adds products, or changes those whose id is there. The answer holds their ids, in the order asked.',
    access: ['platform'],
    input: fields({ products: atMost(MOST_PUT, fields({ id: Type.Optional(ProductId), ...About }), 1) }),
    output: fields({ products: Type.Array(ProductId) }),
    errors: ['catalogue_full'],
    type: 'put',
    key: () => CATALOGUE,
    message: (input) => input,
  }),

  'catalogue.list': catalogue.read({
    summary: 'All products, in the order in which they were added.',
    access: 'logged in',
    input: fields({}),
    output: fields({ products: Type.Array(fields({ id: ProductId, ...About })) }),
    errors: [],
    name: 'list',
    key: () => CATALOGUE,
    question: () => ({}),
  }),
};

import t from 'tap';

import { catalogueActor } from '../../src/actors/catalogue/index.js';
import type { Json } from '../../src/store/ports.js';
import { codeOf, valueOf } from '../support/shop.js';
import { Stage } from '../support/stage.js';

const id = 'catalogue:platform';

function open() {
  const stage = new Stage([catalogueActor()]);
  const put = (products: Json, caller = 'platform:ops') => stage.ask(id, 'put', { products }, caller);
  return { stage, put };
}

t.test('the platform adds products and changes them; each keeps its place in the list', async (t) => {
  const { stage, put } = open();
  await put([
    { id: 'pr_water', name: 'Water', nameEn: 'Water' },
    { id: 'pr_tea', name: 'Tea', price: 700 },
  ]);
  await put([{ id: 'pr_water', name: 'Spring water' }]);
  t.same(stage.read(id, 'list'), {
    products: [
      { id: 'pr_water', name: 'Spring water' },
      { id: 'pr_tea', name: 'Tea', price: 700 },
    ],
  });
});

t.test('a product without an id gets one', async (t) => {
  const { stage, put } = open();
  const { products } = valueOf(await put([{ name: 'Nuts' }])) as { products: string[] };
  t.match(products[0], /^pr_/);
  t.match(stage.read(id, 'named', { products }), { products: { [products[0] ?? '']: { name: 'Nuts' } } });
});

t.test('putting what is there already changes nothing and tells nobody', async (t) => {
  const { stage, put } = open();
  await put([{ id: 'pr_tea', name: 'Tea' }]);
  t.match(await put([{ id: 'pr_tea', name: 'Tea' }]), { ok: true, value: { products: ['pr_tea'] } });
  t.equal(stage.pushes.length, 1);
});

t.test('nobody but the platform keeps the catalogue', async (t) => {
  const { put } = open();
  for (const caller of ['station:st_1', 'driver:dr_1', 'passenger:p_1', 'system:x']) {
    t.equal(codeOf(await put([{ name: 'Tea' }], caller)), 'not_allowed', caller);
  }
});

t.test('a wrong product is refused, and none of its batch is put', async (t) => {
  const { stage, put } = open();
  const good = { id: 'pr_tea', name: 'Tea' };
  const wrong = [
    { id: 'tea', name: 'Tea' },
    { id: 'pr_a/b', name: 'Tea' },
    { id: '__proto__', name: 'Tea' },
    { id: `pr_${'x'.repeat(62)}`, name: 'Tea' },
    { id: 'pr_x', name: '' },
    { id: 'pr_x', name: 'x'.repeat(101) },
    { id: 'pr_x', name: 'Tea', nameEn: '' },
    { id: 'pr_x', name: 'Tea', price: 0 },
    { id: 'pr_x', name: 'Tea', price: 1.5 },
  ];
  for (const product of wrong) {
    t.equal(codeOf(await put([good, product])), 'bad_input', JSON.stringify(product).slice(0, 60));
  }
  t.equal(codeOf(await put([])), 'bad_input');
  t.equal(codeOf(await put(Array.from({ length: 201 }, () => good))), 'bad_input');
  t.same(stage.read(id, 'list'), { products: [] });
});

t.test('the catalogue holds 5,000 products, and those can still be changed', async (t) => {
  const { put } = open();
  for (let batch = 0; batch < 25; batch++) {
    await put(Array.from({ length: 200 }, (_, i) => ({ id: `pr_${batch * 200 + i}`, name: 'x' })));
  }
  t.equal(codeOf(await put([{ id: 'pr_more', name: 'x' }])), 'catalogue_full');
  t.equal(codeOf(await put([{ id: 'pr_7', name: 'y' }])), 'ok');
});

t.test('a product that is not there is unknown, whatever it is called', async (t) => {
  const { stage } = open();
  for (const product of ['pr_none', 'constructor']) {
    t.match(stage.read(id, 'named', { products: [product] }), {
      refused: { code: 'unknown_product', details: { product } },
    });
  }
});

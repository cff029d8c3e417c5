import { readdirSync, readFileSync } from 'node:fs';

import t from 'tap';

import { renderJson, renderText, verify } from '../../src/jobs/verify/index.js';
import { DamagedEntry, type ActorId, type Entry, type Journal, type Json, type Query } from '../../src/store/ports.js';
import { at, audit, found, open, scanOf } from './verify-audit.js';
import { journalWith } from '../support/journal.js';
import { City } from './verify-city.js';

const lived = City.live();

t.test('a city that kept its promises has no differences', async (t) => {
  const city = await lived;
  const report = await audit(city);
  t.same(found(report), []);
  t.equal(report.found, 0);
  t.equal(report.checked['entries'], city.entries.length);
  for (const what of ['orders', 'moves', 'messages', 'ranked owners', 'ranked sums', 'states', 'view rows']) {
    t.ok((report.checked[what] ?? 0) > 5, `${what} were checked`);
  }
  const ends = ['saleSettled', 'saleRefunded', 'saleCancelled', 'doubtSettled', 'paymentReturned', 'restockPickedUp'];
  const events = new Set(city.entries.flatMap((entry) => entry.events.map(({ type }) => type)));
  t.same(
    [...ends, 'restockRefused', 'restockCancelled', 'loadEnded', 'feesSwept', 'refundDone'].filter(
      (e) => !events.has(e),
    ),
    [],
    'all of it happened',
  );
});

t.test('what is still on its way is no difference', async (t) => {
  const restless = await City.live(true);
  const report = await audit(restless);
  t.same(found(report), []);
  t.ok((report.checked['open promises'] ?? 0) > 0);
  t.ok((report.checked['not yet reported'] ?? 0) > 0);
});

t.test('with little memory the journal is read again, and says the same', async (t) => {
  const city = await lived;
  let scans = 0;
  const once = await audit(city, { alone: true });
  const journal = journalWith(city.store.journal, {
    scan: () => {
      scans += 1;
      return scanOf(city.entries);
    },
  });
  const report = await verify({ journal, remember: 10 });
  t.ok(scans > 2);
  t.same(found(report), []);
  t.same(report, once);
  const entries = open(city.entries);
  entries[at(entries, 'credited')]!.moves[0]!.quantity += 1;
  const wrong = await verify({
    journal: { ...journal, scan: () => scanOf(entries) },
    remember: 10,
  });
  t.match(found(wrong).join('\n'), /books transit\/\S+: lacks 1 CNY/);
  t.equal(new Set(found(wrong)).size, wrong.found, 'nothing is said twice');
});

t.test('a row that is altered, missing or too many is reported', async (t) => {
  const city = await lived;
  const { views } = city.store;
  const sale = city.entries.flatMap(({ events }) => events).find(({ type }) => type === 'saleSettled')!;
  const { sale: id } = sale.data as { sale: string };
  const altered = (change: (fields: Readonly<Record<string, Json>>) => Readonly<Record<string, Json>> | undefined) =>
    audit(city, {
      views: {
        ...views,
        apply: (rows) => views.apply(rows),
        clear: (name) => views.clear(name),
        find: (query) => views.find(query),
        get: async (collection, row) => {
          const fields = await views.get(collection, row);
          return fields && row === id ? change(fields) : fields;
        },
      },
    });
  t.match(found(await altered((fields) => ({ ...fields, amount: 1 }))), [
    new RegExp(`^views sales/${id}: amount is 1, and should be \\d+$`),
  ]);
  t.same(found(await altered(() => undefined)), [`views sales/${id}: is missing`]);
  const invented = { collection: 'transfers', id: 'p_1.99', version: 1, fields: { wallet: 'p_1', seq: 99 } };
  await city.clock.settle(views.apply([invented]));
  t.match(found(await audit(city)), [/^views transfers: has \d+ rows, and should have \d+$/]);
  t.same(found(await audit(city, { serving: true })), [], 'beside a node that writes there may be more');
  await city.clock.settle(views.apply([{ ...invented, version: 2, fields: null }]));
});

t.test('the row of an order that its station took after it was given up may say either', async (t) => {
  const order = { restock: 'r_1', station: 'st_1', driver: 'dr_1', total: 300 };
  const line = { product: 'pr_tea', name: 'Tea', units: 1, price: 300 };
  const events = (reason: string): [ActorId, string, Json][] => [
    ['driver:dr_1', 'restockNotTaken', { ...order, reason }],
    ['station:st_1', 'stationRegistered', { name: 'Depot', currency: 'CNY', lon: 1, lat: 1 }],
    ['station:st_1', 'supplySet', { lines: [{ product: 'pr_tea', count: 9, price: 300 }] }],
    ['station:st_1', 'restockPlaced', { ...order, lines: [line] }],
    ['station:st_1', 'restockCancelled', order],
  ];
  const rows: Record<string, Readonly<Record<string, Json>>> = {
    restocks: { ...order, state: 'refused', paid: 0, refunded: 0 },
    stations: { name: 'Depot', currency: 'CNY', lon: 1, lat: 1, stock: { pr_tea: 9 } },
  };
  const views = {
    apply: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    get: (collection: string) => Promise.resolve(rows[collection]),
    find: ({ collection }: Query) =>
      Promise.resolve({ rows: [rows[collection]].flatMap((fields) => (fields ? [{ id: '1', fields }] : [])) }),
  };
  const said = async (reason: string) => {
    const entries = events(reason).map(([actor, type, data], i): Entry => {
      const seq = actor.startsWith('driver') ? 1 : i;
      const words = { epoch: 'e', commandId: `system:test:${i}`, type, hash: 'h', at: i };
      const rest = { reply: { ok: true, value: null }, outbox: [], closes: [], moves: [], pushes: {} } as const;
      return { actor, seq, ...words, events: [{ type, data }], ...rest };
    });
    const { store } = await lived;
    const report = await verify({
      journal: journalWith(store.journal, { read: async () => [], scan: () => scanOf(entries) }),
      views,
    });
    return found(report).filter((line) => line.startsWith('views'));
  };
  t.same(await said('unavailable'), []);
  t.match(await said('sold_out'), [
    /^views restocks\/r_1: state is "refused", and should be "cancelled"/,
    /has 1 rows/,
  ]);
});

t.test('a state that answers otherwise is reported', async (t) => {
  const city = await lived;
  const report = await audit(city, {
    read: async (actor, name, input) => {
      const answer = await city.read(actor, name, input);
      if (actor === 'wallet:dr_1' && 'value' in answer) return { ...answer, value: { balances: { CNY: 1_000_000 } } };
      if (actor === 'device:d_2') return { error: 'parked' };
      return actor === 'wallet:dr_2' && 'value' in answer ? { ...answer, value: {}, seq: answer.seq + 1 } : answer;
    },
  });
  t.match(found(report), [
    'states device:d_2: does not answer home: parked',
    /^states wallet:dr_1: balances: answers {"CNY":1000000}, and should {"CNY":\d+}$/,
  ]);
  t.equal(report.found, 2);
  t.equal(report.checked['moved on meanwhile'], 1, 'one that has moved on is let be');
});

t.test('a damaged entry is reported, and what was read before it', async (t) => {
  const city = await lived;
  async function* torn(): AsyncGenerator<Entry> {
    yield* city.entries.slice(0, 50);
    throw new DamagedEntry('device:d_1', 51, 'its checksum does not fit');
  }
  const journal = journalWith(city.store.journal, { scan: torn });
  const report = await verify({ journal });
  t.match(found(report), [/^integrity device:d_1\/51: entry 51 of device:d_1 is damaged: its checksum does not fit/]);
  t.equal(report.checked['entries'], 50);
  const away: Journal = { ...journal, scan: () => failing() };
  await t.rejects(verify({ journal: away }), /away/, 'a store that does not answer is no damage');
});

t.test('people and programs read the same report', async (t) => {
  const city = await lived;
  const entries = open(city.entries);
  entries[at(entries, 'credited')]!.moves[0]!.quantity = 5;
  const report = await audit(city, { entries: entries, alone: true });
  t.same(JSON.parse(renderJson(report)), report);
  const text = renderText(report);
  t.match(text, /entries +\d+/);
  for (const { where, text: said } of report.differences) t.ok(text.includes(`${where}: ${said}`));
  t.match(text, new RegExp(`${report.found} differences:`));
});

t.test('the audit imports no domain code', async (t) => {
  const folder = new URL('../../src/jobs/verify/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const source = readFileSync(new URL(file, folder), 'utf8');
    const imports = [...source.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(([, name = '']) => name);
    const foreign = imports.filter(
      (name) => !/^(\.\/[a-z-]+\.js|\.\.\/\.\.\/store\/ports\.js|node:\w+|luxon)$/.test(name),
    );
    t.same(foreign, [], file);
  }
});

async function* failing(): AsyncGenerator<Entry> {
  yield* await Promise.reject<Entry[]>(new Error('away'));
}

import t from 'tap';

import {
  BadText,
  decodeEntry,
  decodeSnapshot,
  encodeArchived,
  encodeEntry,
  encodeSnapshot,
  encodeStored,
  seal,
  unseal,
} from '../../src/store/codec.js';
import { DamagedEntry } from '../../src/store/ports.js';
import { entryOf } from './support/entries.js';

t.test('the text of an entry is stable: version, checksum, JSON', async (t) => {
  t.equal(seal('{"a":1}'), '2 561bacaf {"a":1}', 'what is on disks carries this checksum');
  const entry = entryOf('a:1', 7);
  const { actor, seq, ...rest } = entry;
  const written = encodeEntry(entry);
  t.match(written, /^2 [0-9a-f]{8} /);
  t.same(JSON.parse(unseal(written, `${actor}/${seq}`)), { ...rest, reply: { sale: 's_7' } });
  t.same(decodeEntry(written, 'a:1', 7), entry);
  t.equal(written.slice(2, 10), 'b5fc9eb8', 'the checksum of an entry covers its actor and seq, too');
});

t.test('what is empty in an entry is not written down, and comes back empty', async (t) => {
  const nothing = { events: [], outbox: [], closes: [], moves: [], pushes: {} };
  const entry = entryOf('a:1', 7, { ...nothing, reply: { ok: true, value: null } });
  t.match(encodeEntry(entry), /"at":\d+,"reply":null\}$/);
  t.same(decodeEntry(encodeEntry(entry), 'a:1', 7), entry);
  const refused = entryOf('a:1', 7, { ...nothing, reply: { ok: false, error: { code: 'sold_out', message: 'no' } } });
  t.match(encodeEntry(refused), /"at":\d+,"refused":\{[^}]+\}\}$/);
  t.same(decodeEntry(encodeEntry(refused), 'a:1', 7), refused);
});

t.test('a snapshot is what stands at its actor and seq, and nowhere else', async (t) => {
  const snapshot = { actor: 'a:1', seq: 7, version: 3, body: '{"state":{"name":"a b"}}' } as const;
  const text = encodeSnapshot(snapshot);
  t.ok(text.endsWith(' 3 {"state":{"name":"a b"}}'), 'its body is JSON already, and written as it is');
  t.same(decodeSnapshot(text, 'a:1', 7), snapshot);
  t.throws(() => decodeSnapshot(text, 'a:1', 8), BadText);
  t.throws(() => decodeSnapshot(text, 'a:2', 7), BadText);
  t.throws(() => decodeSnapshot(text.replace('a b', 'a c'), 'a:1', 7), BadText);
});

t.test('any one character that changes is noticed', async (t) => {
  const text = seal('{"a":"可乐"}');
  for (let i = 0; i < text.length; i += 1) {
    const changed = `${text.slice(0, i)}${text[i] === '0' ? '1' : '0'}${text.slice(i + 1)}`;
    t.throws(() => unseal(changed), BadText, `at ${i}`);
  }
  t.throws(() => unseal(text.slice(0, -1)), BadText, 'one that is missing, too');
  t.throws(() => unseal(''), BadText);
});

t.test('a damaged entry names actor, seq and what is wrong', async (t) => {
  const text = encodeEntry(entryOf('a:1', 7));
  t.throws(() => decodeEntry(text.replace('p_1', 'p_2'), 'a:1', 7), {
    name: 'DamagedEntry',
    actor: 'a:1',
    seq: 7,
    message: 'entry 7 of a:1 is damaged: its checksum does not fit',
  });
  t.throws(() => decodeEntry(`1${text.slice(1)}`, 'a:1', 7), { message: /format "1 .*" is not known/ });
});

t.test('an entry that stands in the place of another is damage', async (t) => {
  const text = encodeEntry(entryOf('a:1', 7));
  const why = 'its checksum does not fit';
  t.throws(() => decodeEntry(text, 'a:1', 8), new DamagedEntry('a:1', 8, why));
  t.throws(() => decodeEntry(text, 'a:2', 7), new DamagedEntry('a:2', 7, why));
});

t.test('an archived entry is its core, and is told apart from a whole one', async (t) => {
  const entry = entryOf('a:1', 7);
  const { actor, seq, epoch, commandId, type, hash, at, reply } = entry;
  const core = { actor, seq, epoch, commandId, type, hash, at, reply, archived: true } as const;
  const text = encodeArchived(entry);
  t.same(decodeEntry(text, 'a:1', 7), core);
  t.equal(encodeStored(core), text);
  t.equal(encodeStored(entry), encodeEntry(entry));
  t.ok(text.startsWith('3 '), 'of a format of its own: an older release does not take it for an entry without events');
  t.throws(() => unseal(text, 'a:1/7'), { message: /^format "3 .*" is not known$/ });
  t.throws(() => decodeEntry(text, 'a:1', 8), { name: 'DamagedEntry' });
  const why = { message: /its checksum does not fit/ };
  t.throws(() => decodeEntry(`3${encodeEntry(entry).slice(1)}`, 'a:1', 7), why, 'one bit makes a 3 of a 2');
  t.throws(() => decodeEntry(`2${text.slice(1)}`, 'a:1', 7), why);
});

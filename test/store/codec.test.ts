import t from 'tap';

import { BadText, decodeEntry, encodeEntry, seal, unseal } from '../../src/store/codec.js';
import { DamagedEntry } from '../../src/store/ports.js';
import { entryOf } from './support/entries.js';

t.test('the text of an entry is stable: version, checksum, JSON', async (t) => {
  t.equal(seal('{"a":1}'), '1 561bacaf {"a":1}', 'what is on disks carries this checksum');
  const entry = entryOf('a:1', 7);
  t.ok(encodeEntry(entry).endsWith(` ${JSON.stringify(entry)}`));
  t.same(decodeEntry(encodeEntry(entry), 'a:1', 7), entry);
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
  t.throws(() => decodeEntry(`2${text.slice(1)}`, 'a:1', 7), { message: /format "2 .*" is not known/ });
});

t.test('an entry that stands in the place of another is damage', async (t) => {
  const text = encodeEntry(entryOf('a:1', 7));
  const where = 'entry 7 of a:1 stands in its place';
  t.throws(() => decodeEntry(text, 'a:1', 8), new DamagedEntry('a:1', 8, where));
  t.throws(() => decodeEntry(text, 'a:2', 7), new DamagedEntry('a:2', 7, where));
});

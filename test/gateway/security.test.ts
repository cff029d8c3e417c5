/** docs/security.md names a test for each threat: they are there, by these titles. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import t from 'tap';

import { root } from '../support/pages.js';

const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const table = page.slice(page.indexOf('<!-- threats -->'), page.indexOf('<!-- end of threats -->'));
const rows = [...table.matchAll(/`(test\/[\w./-]+)`: (.+?) +\|$/gm)];

t.test('each threat of docs/security.md is met by a test that is there', async (t) => {
  const threats = table.split('\n').filter((line) => line.startsWith('|')).length - 2;
  t.ok(threats > 20);
  t.equal(rows.length, threats, 'every row names a test');
  for (const [, file = '', title = ''] of rows) {
    const text = readFileSync(join(root, file), 'utf8');
    // A whole file is named by an asterisk.
    t.ok(title === '\\*' || text.includes(title), `${file}: ${title}`);
  }
});

/**
 * Tables in docs/ that are held to the code. A table stands between `<!-- table -->` and
 * `<!-- end of table -->`. `UPDATE=1` before the test's command writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { settingLines } from '../../src/config.js';
import { errors, type ErrorKind, type NextStep } from '../../src/errors.js';

export const root = join(import.meta.dirname, '../..');

const BEGIN = '<!-- table -->\n';
const END = '<!-- end of table -->';

/** The table that stands on a page; with `UPDATE=1` set, after `table` was written there. */
export function tableOn(page: string, table: string): string {
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf(END);
  if (from < BEGIN.length || to < from) throw new Error(`${page} has no table between its marks`);
  if (process.env['UPDATE'] !== '1') return text.slice(from, to);
  writeFileSync(path, text.slice(0, from) + table + text.slice(to));
  return table;
}

const steps: Readonly<Record<NextStep, string>> = {
  fix: 'Fix the request',
  later: 'Try again later, a command with the same id',
  ask: 'Ask someone',
  stop: 'Stop: it is decided',
};

export function errorsTable(): string {
  const kinds = Object.entries<ErrorKind>(errors);
  return Object.entries(steps)
    .map(([next, title]) => {
      const rows = kinds.filter(([, kind]) => kind.next === next);
      const lines = rows.map(([code, { status, about }]) => `- \`${code}\` (${status}): ${about}`);
      return `\n## ${title}\n\n${lines.join('\n')}\n`;
    })
    .join('')
    .concat('\n');
}

export function settingsTable(): string {
  const lines = settingLines().map(({ env, fallback, about }) => {
    const shown = fallback === '' ? '' : ` Default \`${fallback}\`.`;
    return `- \`${env}\`: ${about}${shown}`;
  });
  return `\n${lines.join('\n')}\n\n`;
}

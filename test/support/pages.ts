/**
 * Tables in docs/ and in .env.example that are held to the code. A table stands between `<!-- table -->` and
 * `<!-- end of table -->`, or other such marks. `UPDATE=1` before the test's command writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { settingLines } from '../../src/config.js';
import { errors, type ErrorKind, type NextStep } from '../../src/errors.js';

export const root = join(import.meta.dirname, '../..');

/** What stands before a table, and behind it. */
export interface Marks {
  readonly begin: string;
  readonly end: string;
}

const inMarkdown: Marks = { begin: '<!-- table -->\n', end: '<!-- end of table -->' };
export const inEnvironment: Marks = { begin: '# --- table ---\n', end: '# --- end of table ---' };

/** The table that stands on a page; with `UPDATE=1` set, after `table` was written there. */
export function tableOn(page: string, table: string, { begin, end }: Marks = inMarkdown): string {
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) throw new Error(`${page} has no table between its marks`);
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

/** All settings but those that stand elsewhere in .env.example, each commented out with its default. */
export function environmentTable(elsewhere: ReadonlySet<string>): string {
  const lines = settingLines().filter(({ env }) => !elsewhere.has(env));
  return lines.map(({ env, fallback, about }) => `# ${about}\n# ${env}=${fallback}\n`).join('');
}

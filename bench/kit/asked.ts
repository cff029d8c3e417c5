/** What the command line asks for: which rows, how large, told to whom. */
import { parseArgs } from 'node:util';

import type { Row } from './row.js';
import { sizes, type SizeName } from './sizes.js';

export interface Asked {
  readonly rows: readonly Row[];
  readonly size: SizeName;
  readonly json: boolean;
}

const USAGE = 'npm run bench -- [rows and groups…] [--quick | --large] [--json]';

/**
 * Reads the words after `npm run bench --`; a text is what to say instead of measuring. Throws `RangeError`, with one
 * line.
 */
export function readAsked(
  words: readonly string[],
  rows: readonly Row[],
  groups: Readonly<Record<string, readonly Row[]>> & { readonly standard: readonly Row[] },
): Asked | string {
  const names = [...new Set([...rows.map(({ id }) => id), ...Object.keys(groups)])].join(', ');
  const { values, positionals } = parse(words);
  if (values.help) return `usage: ${USAGE}\nrows and groups: ${names}`;
  const unknown = positionals.filter((name) => !rows.some(({ id }) => id === name) && !(name in groups));
  if (unknown.length > 0) throw new RangeError(`no row ${unknown.join(', ')}; there are ${names}`);
  // A group goes before the row of its name.
  const rowsOf = (name: string): readonly Row[] => groups[name] ?? rows.filter(({ id }) => id === name);
  const named = new Set(positionals.length > 0 ? positionals.flatMap(rowsOf) : groups.standard);
  const [size = 'full'] = (Object.keys(sizes) as SizeName[]).filter((name) => name !== 'full' && values[name]);
  return { rows: rows.filter((row) => named.has(row)), size, json: values.json ?? false };
}

function parse(words: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = { quick: flag, large: flag, tiny: flag, json: flag, help: { ...flag, short: 'h' } } as const;
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (error) {
    const [what] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new RangeError(`${what}; usage: ${USAGE}`, { cause: error });
  }
}

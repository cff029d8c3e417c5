/**
 * Reads a CSV file (RFC 4180, UTF-8, a header line) record by record, never the whole of it at once.
 * A record is one line: a stray quote spoils its own line and not the rest of the file.
 */
import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { BadFile, BadRow, type Rejects } from './rejects.js';

/** One line of a table, its fields found by column name. */
export class TableRow {
  constructor(
    /** The header is line 1. */
    readonly line: number,
    private readonly columns: ReadonlyMap<string, number>,
    private readonly fields: readonly string[],
  ) {}

  /** The trimmed text of a column; throws {@link BadRow} when it is empty. */
  text(column: string): string {
    const text = this.maybe(column);
    if (text === undefined) throw new BadRow('missing', `${column} is empty`);
    return text;
  }

  /** The trimmed text of a column, or `undefined` when it is empty or the file has no such column. */
  maybe(column: string): string | undefined {
    const index = this.columns.get(column);
    const text = index === undefined ? '' : (this.fields[index] ?? '').trim();
    return text === '' ? undefined : text;
  }
}

/** The fields of one line. */
function split(line: string): readonly string[] {
  if (line.includes('\uFFFD')) throw new BadRow('not_utf8', 'the line is not UTF-8');
  // Most lines hold no quote, and a call of the parser costs 46 µs.
  if (!line.includes('"')) return line.split(',');
  try {
    return parse(line, { relax_column_count: true })[0] ?? [];
  } catch {
    throw new BadRow('broken_line', 'a quote is opened and not closed, or stands inside a field');
  }
}

/**
 * The rows of a file. Broken lines go to `rejects`.
 * @param required columns without which the file is not of its format
 * @param onColumns hears the header before the first row
 * @throws BadFile when the file lacks a required column; what the file system says when it cannot be read
 */
export async function* readTable(
  path: string,
  required: readonly string[],
  rejects: Rejects,
  onColumns?: (columns: readonly string[]) => void,
): AsyncGenerator<TableRow, void, undefined> {
  const file = await open(path);
  try {
    let line = 0;
    let columns: Map<string, number> | undefined;
    for await (const text of file.readLines({ encoding: 'utf8', autoClose: false })) {
      line += 1;
      if (columns === undefined) {
        columns = readHeader(path, text, required);
        onColumns?.([...columns.keys()]);
      } else if (text.trim() !== '') {
        const row = rejects.check(line, () => readRow(line, text, columns ?? new Map()));
        if (row) yield row;
      }
    }
    if (columns === undefined) throw new BadFile(`${path} is empty: its first line must name the columns`);
  } finally {
    await file.close();
  }
}

function readHeader(path: string, text: string, required: readonly string[]): Map<string, number> {
  const names = split(text.replace(/^\uFEFF/, '')).map((name) => name.trim());
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new BadFile(`${path} has no column ${missing.join(', ')}; its columns are ${names.join(', ')}`);
  }
  return new Map(names.map((name, index) => [name, index]));
}

function readRow(line: number, text: string, columns: ReadonlyMap<string, number>): TableRow {
  const fields = split(text);
  if (fields.length !== columns.size) {
    throw new BadRow('broken_line', `${fields.length} fields instead of ${columns.size}`);
  }
  return new TableRow(line, columns, fields);
}

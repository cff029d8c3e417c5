/**
 * Files for tests of readers: made on the spot in the test's own folder, or the recorded ones beside
 * the repository, where they are there.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rejects } from '../../src/jobs/csv/rejects.js';

/** The folder of recorded files: not part of the repository, so tests of it skip where it is missing. */
export const recorded = process.env['RECORDED'] ?? join(import.meta.dirname, '../../../shared/data');

/** The option that skips a test, saying so, where there is no such file. */
export function needs(...names: string[]): { skip: string | false } {
  const missing = names.find((name) => !existsSync(join(recorded, name)));
  return { skip: missing === undefined ? false : `${missing} is not in ${recorded}` };
}

/** Writes a file from its lines, and gives its path. */
export function write(folder: string, name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** The lines of a recorded file, without the header. */
export function recordedLines(name: string): string[] {
  return readFileSync(join(recorded, name), 'utf8').trimEnd().split('\n').slice(1);
}

/** One bad row of the recorded files, and why it was dropped. */
export interface RecordedReject {
  readonly dataset: string;
  readonly reason: string;
  readonly row: unknown;
}

export function recordedRejects(): RecordedReject[] {
  const lines = readFileSync(join(recorded, 'rejects.ndjson'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedReject);
}

/** All that a reader gives. */
export async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

/** What was rejected, as `line code`. */
export function rejected(rejects: Rejects): string[] {
  return rejects.listed.map(({ line, code }) => `${line} ${code}`);
}

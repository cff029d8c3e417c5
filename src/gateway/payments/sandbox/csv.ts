import type { StatementLine } from '../wire.js';

const columns = ['kind', 'id', 'order', 'amount', 'currency', 'at'] as const;

/** A statement as CSV, a header first. No value holds a comma or a quote (wire.ts). */
export function csvOf(lines: readonly StatementLine[]): string {
  const rows = lines.map((line) => columns.map((column) => String(line[column])).join(','));
  return [columns.join(','), ...rows, ''].join('\n');
}

/** The rows as people read them. */
import type { Machine } from './machine.js';
import type { Curve, RowResult } from './row.js';

/** One line, before the rows. */
export function head({ cpu, cores, memoryGiB, os, node, loadBefore }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${os}, Node ${node}; load before: ${loadBefore}`;
}

/** A row in a few lines: what was aimed at and reached, what was measured, how, and what it leaves out. */
export function block(row: RowResult): string {
  const { id, name, unit, ours, reference, referenceName, ratio, aim, holds, load, seen, curve, leavesOut } = row;
  const lines = [`${holds ? '✓' : '✗'} [${id}] ${name}`];
  if (ours === null) lines.push(`  not measured: ${seen}`);
  else {
    lines.push(
      `  ${number(ours)} ${unit} beside ${number(reference)} (${referenceName}): ${number(ratio)}; aim: ${aim}`,
    );
    lines.push(`  ${[load, seen].filter((text) => text !== '').join('; ')}`);
    lines.push(...aligned(lettered(curve)).map((line) => `    ${line}`));
  }
  lines.push(`  leaves out: ${leavesOut}`);
  return lines.join('\n');
}

/** The rows side by side, at the end. */
export function table(rows: readonly RowResult[]): string {
  const cells = rows.map(({ id, unit, ours, reference, ratio, aim, holds }) => [
    id,
    `${number(ours)} ${unit}`,
    number(reference),
    number(ratio),
    aim,
    holds ? 'yes' : 'NO',
  ]);
  return aligned([['row', 'ours', 'reference', 'ratio', 'aim', 'holds'], ...cells]).join('\n');
}

/** A curve as cells, with its names above. */
function lettered(curve: Curve): readonly (readonly string[])[] {
  const [first] = curve;
  return first
    ? [
        Object.keys(first),
        ...curve.map((line) => Object.values(line).map((value) => (typeof value === 'string' ? value : number(value)))),
      ]
    : [];
}

/** Lines whose cells stand under each other. */
export function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = lines.reduce<number[]>((most, line) => line.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), []);
  return lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Four digits say all that such numbers mean. */
export function number(value: number | null): string {
  return value === null ? '-' : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

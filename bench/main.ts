/**
 * `npm run bench -- [rows…] [--quick] [--json]`: measures what is named (or all of it) beside its reference, in one run.
 * Exit code 1 when a row that can run here misses its aim; `--json` puts one object on standard output.
 */
import { parseArgs } from 'node:util';

import { machine } from './kit/machine.js';
import { judge, type RowResult } from './kit/row.js';
import { sizes, type SizeName } from './kit/sizes.js';
import { block, head, table } from './kit/table.js';
import { rows } from './rows/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, tiny: { type: 'boolean' }, json: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !rows.some(({ id }) => id === name));
if (unknown.length > 0) {
  console.error(`no row ${unknown.join(', ')}; there are ${rows.map(({ id }) => id).join(', ')}`);
  process.exit(1);
}

// The object alone goes to standard output; what people read goes beside it then.
const say = values.json ? console.error : console.log;
const size: SizeName = values.tiny ? 'tiny' : values.quick ? 'quick' : 'full';
const about = machine(new Date());
const began = performance.now();
const results: RowResult[] = [];
say(head(about));
for (const row of rows) {
  if (positionals.length > 0 && !positionals.includes(row.id)) continue;
  const result = judge(row, await row.run(sizes[size]));
  results.push(result);
  say(`\n${block(result)}`);
}
const seconds = Math.round((performance.now() - began) / 1_000);
say(`\n${table(results)}\n\n${size}, ${seconds} s`);
if (values.json) console.log(JSON.stringify({ machine: about, size, seconds, rows: results }, null, 2));
if (results.some(({ ours, holds }) => ours !== null && !holds)) process.exitCode = 1;

/**
 * `npm run bench -- [rows and groups…] [--quick | --large] [--json]`: measures what is named (or the standard rows)
 * beside its reference, in one run. Exit code 1 when a row that can run here misses its aim; `--json` puts one object
 * on standard output.
 */
import { readAsked, type Asked } from './kit/asked.js';
import { machine } from './kit/machine.js';
import { judge, type RowResult } from './kit/row.js';
import { sizes } from './kit/sizes.js';
import { block, head, table } from './kit/table.js';
import { groups, rows } from './rows/index.js';

const { rows: asked, size, json } = read();
// The object alone goes to standard output; what people read goes beside it then.
const say = json ? console.error : console.log;
const about = machine(new Date());
const began = performance.now();
const results: RowResult[] = [];
say(head(about));
for (const row of asked) {
  const result = judge(row, await row.run(sizes[size]));
  results.push(result);
  say(`\n${block(result)}`);
}
const seconds = Math.round((performance.now() - began) / 1_000);
say(`\n${table(results)}\n\n${size}, ${seconds} s`);
if (json) console.log(JSON.stringify({ machine: about, size, seconds, rows: results }, null, 2));
if (results.some(({ ours, holds }) => ours !== null && !holds)) process.exitCode = 1;

function read(): Asked {
  try {
    const read = readAsked(process.argv.slice(2), rows, groups);
    if (typeof read !== 'string') return read;
    console.log(read);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * `npm run torture -- [--rounds 30] [--seed S] [--town large|small] [--json]`: kills the server as often, and prints what
 * became of what was on its way. Exit code 1 on a violation, or when the kills did not hit what they must.
 */
import { readArguments } from './arguments.js';
import { torture } from './run.js';
import { heading, line, summary } from './table.js';

const { json, ...options } = readArguments(process.argv.slice(2));
if (!json) console.log(heading(options));
const report = await torture({
  ...options,
  onRound: (round) => {
    if (!json) console.log(line(round));
  },
});
console.log(json ? JSON.stringify(report, null, 2) : summary(report));
process.exit(report.violations.length + report.missing.length > 0 ? 1 : 0);

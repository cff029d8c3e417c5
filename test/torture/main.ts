/**
 * `npm run torture -- [--rounds 30] [--seed S] [--town large|small] [--nodes N] [--redis-gone seconds] [--json]`: kills
 * the server, or one of several, as often, and prints what became of what was on its way; with `--fault <name>` the
 * machine fails instead. Exit code 1 on a violation, or when the kills did not hit what they must.
 */
import { readArguments } from './arguments.js';
import { faultHeading, faultLine, faultSummary } from './faults/table.js';
import { nodesHeading, nodesLine, nodesSummary } from './nodes-table.js';
import { heading, line, summary } from './table.js';

const { json, fault, ...options } = readArguments(process.argv.slice(2));
const say = (text: string): void => {
  if (!json) console.log(text);
};

async function one(): Promise<number> {
  say(heading(options));
  // Loaded when the arguments are right.
  const { torture } = await import('./run.js');
  const report = await torture({
    ...options,
    onRound: (round) => {
      say(line(round));
    },
  });
  console.log(json ? JSON.stringify(report, null, 2) : summary(report));
  return report.violations.length + report.missing.length;
}

async function several(): Promise<number> {
  say(nodesHeading(options));
  const { tortureNodes } = await import('./nodes.js');
  const report = await tortureNodes({
    ...options,
    onRound: (round) => {
      say(nodesLine(round));
    },
  });
  console.log(json ? JSON.stringify(report, null, 2) : nodesSummary(report));
  return report.violations.length;
}

async function machine(name: string): Promise<number> {
  say(faultHeading({ ...options, fault: name }));
  const { strikeFaults } = await import('./faults/run.js');
  const report = await strikeFaults({
    ...options,
    fault: name,
    onStruck: (row) => {
      say(faultLine(row));
    },
  });
  console.log(json ? JSON.stringify(report, null, 2) : faultSummary(report));
  return report.violations.length;
}

function chosen(): Promise<number> {
  if (fault !== undefined) return machine(fault);
  return options.nodes === 1 ? one() : several();
}

process.exit((await chosen()) > 0 ? 1 : 0);

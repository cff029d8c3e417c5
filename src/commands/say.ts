/** One line to the operator, beside what a command is asked for and beside a node's log. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** What a command is asked for: its report, to be read, kept or piped on. */
export function print(report: string): void {
  process.stdout.write(`${report}\n`);
}

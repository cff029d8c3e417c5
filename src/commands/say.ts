/** One line to the operator; standard output is the log's. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

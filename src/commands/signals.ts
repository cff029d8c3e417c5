/**
 * How a running command is stopped: the first SIGTERM or SIGINT lets it finish, the second one does not.
 */

/** Exit code after the second signal. */
const FORCED = 130;

/**
 * Resolves when the process is told to stop. From then on a further signal ends it at once.
 * @param say one line to the operator
 */
export function told(say: (line: string) => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const hear = (signal: NodeJS.Signals): void => {
      if (asked) {
        say(`${signal} again: stopping at once`);
        process.exit(FORCED);
      }
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', hear);
    process.on('SIGINT', hear);
  });
}

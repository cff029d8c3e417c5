/**
 * How many connections fit into the files that the process may open. LevelDB opens files while it serves, and one that
 * it cannot open is the end of the process (ENGINE 2): connections must leave it room (R8).
 */

/** LevelDB keeps as many tables open as a fifth of what the process may open; the rest is for what comes and goes. */
const SHARE = 0.7;
/** Of the process itself, and of its connections to databases. */
export const OWN = 64;

interface Report {
  readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
}

/**
 * Connections that may be held at once where so many files may be open; `openFiles` is by default what the system says.
 */
export function connectionsThatFit(openFiles = openFilesNow()): number {
  return Math.max(1, Math.floor((openFiles - OWN) * SHARE));
}

function openFilesNow(): number {
  // Node's declarations leave this switch out.
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const before = report.excludeNetwork;
  // Else the report asks for the names of all who are connected, and waits for the answers.
  report.excludeNetwork = true;
  const { userLimits }: Report = report.getReport();
  report.excludeNetwork = before;
  const soft = userLimits?.open_files?.soft;
  // A system that has no such limit does not say one.
  return typeof soft === 'number' ? soft : Infinity;
}

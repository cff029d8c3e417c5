/**
 * The end of a server that was told to stop: in order, and within a time. What it waits for may never come, as the word
 * of a database that has gone; whoever runs it would kill it then, and nobody would hear what was left.
 */
import type { Server } from '../server.js';
import { CannotRun, fail } from './failure.js';

/**
 * Resolves when the server has ended. When that takes longer than `ms`, the process ends with exit code 1 and says what
 * is left.
 */
export async function stopWithin(server: Server, ms: number): Promise<void> {
  const late = setTimeout(() => fail(new CannotRun(left(server, ms))), ms);
  await server.close();
  clearTimeout(late);
}

/** Nothing that is left was acknowledged (R2): it is stored or not, and who asks again with the same id hears which. */
function left({ system }: Server, ms: number): string {
  const { waiting, undurable, rows } = system.gauges();
  return (
    `not ended in order within ${ms / 1000} s: of commands ${undurable} are decided and nobody knows whether they are stored, ` +
    `${waiting - undurable} are not decided; ${rows} rows wait for the next start`
  );
}

/**
 * Whether uWebSockets.js has a binary for this Node. Looked for by file, because the npm alias would print a warning
 * and put a slow imitation in its place.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

export function uwsIsHere(): boolean {
  const binary = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  try {
    const home = dirname(require.resolve('uWebSockets.js'));
    // Its maker keeps binaries beside the module, the npm alias in a folder of their own.
    return [join(home, binary), join(home, '../binaries', binary)].some((file) => existsSync(file));
  } catch {
    return false;
  }
}

/** Whether uWebSockets.js has a binary for this Node. Looked for by file, as the product does: loading it would print a warning. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

export function uwsIsHere(): boolean {
  const binary = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  try {
    const home = dirname(require.resolve('uWebSockets.js/package.json'));
    return existsSync(join(home, 'binaries', binary)) || existsSync(join(home, binary));
  } catch {
    return false;
  }
}

/** What `npm start` takes where nothing is said. */
export function bestTransport(): 'uws' | 'node' {
  return uwsIsHere() ? 'uws' : 'node';
}

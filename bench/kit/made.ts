/**
 * The processes of a measurement as JavaScript, made once for a run. Made as they are loaded, each of them would take
 * half a second longer to start, and keep in its memory what made it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { places } from '../../test/support/places.js';

const SOURCES = fileURLToPath(new URL('../processes', import.meta.url));
/** In the repository: from there the packages are found, and what is built. */
const FOLDER = fileURLToPath(new URL('../../.bench', import.meta.url));

let making: Promise<unknown> | undefined;

/** The file of one of bench/processes. */
export async function madeOf(name: string): Promise<string> {
  making ??= make();
  await making;
  return join(FOLDER, `${name}.js`);
}

async function make(): Promise<void> {
  const names = await readdir(SOURCES);
  await build({
    ...{ entryPoints: names.map((name) => join(SOURCES, name)), outdir: FOLDER, plugins: [places] },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' },
    ...{ packages: 'external', external: ['#built/*'] },
  });
}

/**
 * What `npm test` runs, made ahead (test/run.js): the tests as JavaScript, all in one go; and packages of many small
 * files in one file each, beside the tests, where Node finds them first. Loading tap alone from its 200 files takes
 * each test file a sixth of a second of processor time more.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build, stop } from 'esbuild';

import { places } from './places.js';

const USUAL = { bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' };
/** What is imported of each, and under which name. By this one tap knows its own lines, and leaves them out of stacks. */
const TAP = '@tapjs/tap';
const PACKAGES = [
  { name: 'tap', as: TAP, parts: [''] },
  { name: '@sinclair/typebox', as: '@sinclair/typebox', parts: ['', '/compiler', '/errors'] },
];
/** What packages of the other kind, that are part of such a file, are loaded by. */
const REQUIRE = [
  "import { createRequire as requiring } from 'node:module';",
  'const { filename: __filename, dirname: __dirname } = import.meta;',
  'const require = requiring(import.meta.url);',
].join('\n');

/** Where the tests' tap is, from the folder of what is made. */
export const TAP_PLACE = `node_modules/${TAP}/index.js`;

/** Makes the test files at these absolute paths under `folder`, each at its place in `root`. */
export async function bundle(files, root, folder) {
  for (const one of PACKAGES) await bundlePackage(one, root, folder);
  await build({
    ...{ ...USUAL, entryPoints: files, outbase: root, outdir: folder, splitting: true, sourcemap: true },
    ...{ packages: 'external', external: ['#built/*'], alias: { tap: TAP } },
    plugins: [places],
  });
  await stop();
}

/** Leaves one of the same version as it is: another run may use it. */
async function bundlePackage({ name, as, parts }, root, folder) {
  const { version } = JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const place = join(folder, 'node_modules', as);
  const about = join(place, 'package.json');
  const exports = Object.fromEntries(parts.map((part) => [`.${part}`, `.${part || '/index'}.js`]));
  const text = JSON.stringify({ name: as, version, type: 'module', exports });
  if ((await readFile(about, 'utf8').catch(() => '')) === text) return;
  const entryPoints = parts.map((part) => ({ in: `${name}${part}`, out: part.slice(1) || 'index' }));
  await build({ ...USUAL, entryPoints, outdir: place, splitting: true, banner: { js: REQUIRE } });
  await mkdir(place, { recursive: true });
  await writeFile(about, text);
}

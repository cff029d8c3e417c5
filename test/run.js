/**
 * `npm test`, and `npm test -- test/gateway test/cli.test.ts` for a part of it: the tests are made JavaScript first, all in
 * one go, and then run by tap.
 *
 * A loader that makes them JavaScript as they are imported looks at every import of every library too, in each of the
 * processes that tap starts for a file: 0.3 to 2 s of processor time a file, of 0.5 to 5 in all.
 */
import { spawn } from 'node:child_process';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build, stop } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..');
const BUILT = '.tests';

const asked = process.argv.slice(2);
const places = asked.filter((argument) => !argument.startsWith('-'));
const files = (await Promise.all((places.length > 0 ? places : ['test']).map(testsIn))).flat();

// A part may be run beside the whole.
if (places.length === 0) await rm(join(ROOT, BUILT), { recursive: true, force: true });
await build({
  ...{ entryPoints: files, outbase: ROOT, outdir: join(ROOT, BUILT) },
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', sourcemap: true },
  ...{ packages: 'external', external: ['#built/*'], logLevel: 'warning' },
  plugins: [{ name: 'places', setup: keepPlaces }],
});
await stop();

const tap = fileURLToPath(import.meta.resolve('tap')).replace(/dist.*$/, 'dist/esm/run.mjs');
const options = asked.filter((argument) => argument.startsWith('-'));
const built = files.map((file) => join(BUILT, relative(ROOT, file)).replace(/\.ts$/, '.js'));
spawn(process.execPath, [tap, ...options, ...built], { cwd: ROOT, stdio: 'inherit' }).once('exit', (code) => {
  process.exitCode = code ?? 1;
});

/** The test files at a place; of a folder all that are in it. */
async function testsIn(place) {
  const path = resolve(place);
  if ((await stat(path)).isFile()) return [path];
  const found = await readdir(path, { recursive: true });
  return found.filter((name) => name.endsWith('.test.ts')).map((name) => join(path, name));
}

/** A module says where its source is, not where it was made JavaScript: files beside it are found from there. */
function keepPlaces(bundler) {
  bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const source = await readFile(path, 'utf8');
    const contents = source
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
    return { contents, loader: 'ts' };
  });
}

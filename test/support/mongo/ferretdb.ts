/**
 * FerretDB: a server that speaks MongoDB's protocol over SQLite, in pure Go. The tests of the MongoDB store run on it
 * where there is no mongod. `npm run ferretdb` builds it once into the user's cache, in a minute or two.
 *
 * `go install` cannot build it: a file with its version is made by its own release script. So its module is copied out
 * of Go's module cache, and that file is written.
 *
 * What it does not do, and the store does not need: transactions, change streams, partial and TTL indexes. It looks
 * through the whole collection for everything but one `_id`, so a journal in a test stays under 10,000 entries.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MODULE = 'github.com/FerretDB/FerretDB';
const VERSION = 'v1.24.2';

const run = promisify(execFile);

/** Where the built server is, or will be. */
export function ferretdbPath(): string {
  const cache = process.env['XDG_CACHE_HOME'];
  const folder = cache === undefined || cache === '' ? join(homedir(), '.cache') : cache;
  return join(folder, 'backseat', `ferretdb-${VERSION}`);
}

/** Builds the server. Needs Go 1.24 or newer; rejects with what went wrong. */
export async function buildFerretdb(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'backseat-ferretdb-'));
  try {
    const { stdout } = await run('go', ['mod', 'download', '-json', `${MODULE}@${VERSION}`], { cwd: folder });
    const { Dir: module } = JSON.parse(stdout) as { Dir: string };
    const source = join(folder, 'source');
    await cp(module, source, { recursive: true });
    await makeWritable(source);
    await writeFile(join(source, 'build/version/version.txt'), `${VERSION}\n`);
    const built = join(folder, 'ferretdb');
    await run('go', ['build', '-o', built, './cmd/ferretdb'], { cwd: source, maxBuffer: 64 * 1024 * 1024 });
    const path = ferretdbPath();
    await mkdir(join(path, '..'), { recursive: true });
    // The cache may be on another file system; the last step is a rename, so that nobody runs half a server.
    const beside = `${path}.${process.pid}`;
    await cp(built, beside);
    await rename(beside, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Go's module cache is read-only, and so is a copy of it. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}

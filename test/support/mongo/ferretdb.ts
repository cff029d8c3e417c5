/**
 * FerretDB: a server that speaks MongoDB's protocol over SQLite, in pure Go. The tests of the MongoDB store run on it
 * where there is no mongod. `npm run ferretdb` builds it once into the user's cache, in a minute or two.
 *
 * `go install` cannot build it: a file with its version is made by its own release script. So its module is copied out
 * of Go's module cache, and that file is written.
 *
 * As it is, it looks through the whole collection for everything but one `_id`, and has SQLite look through it for that.
 * The tests would wait for little else, so what is built here lets SQLite's indexes answer what they can (where.go).
 *
 * What it does not do, and the store does not need: transactions, change streams, partial and TTL indexes.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MODULE = 'github.com/FerretDB/FerretDB';
const VERSION = 'v1.24.2';
/** Its rooms for SQLite, and what goes into them. */
const SQLITE = 'internal/backends/sqlite';
const WHERE = fileURLToPath(new URL('where.go', import.meta.url));
/** By file: what stands there, and what comes in its place, the first time. */
const CHANGES = {
  // How its own index spells it; spelled otherwise the index is not used.
  'metadata/metadata.go': [`IDColumn = DefaultColumn + "->'$._id'"`, `IDColumn = DefaultColumn + "->'_id'"`],
  'collection.go': [
    /\tvar whereClause string\n\tvar args \[\]any\n\n[^]*?\n\tq \+= whereClause\n/,
    '\twhere, args := whereClause(params.Filter)\n\tq += where\n',
  ],
} as const;

const run = promisify(execFile);

/** Where the built server is, or will be. */
export function ferretdbPath(): string {
  const cache = process.env['XDG_CACHE_HOME'];
  const folder = cache === undefined || cache === '' ? join(homedir(), '.cache') : cache;
  return join(folder, 'backseat', `ferretdb-${VERSION}-indexed`);
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
    await useIndexes(join(source, SQLITE));
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

/** Puts where.go in. Throws where the source is not as it was. */
async function useIndexes(source: string): Promise<void> {
  await cp(WHERE, join(source, 'where.go'));
  for (const [name, [before, after]] of Object.entries(CHANGES)) {
    const path = join(source, name);
    const text = await readFile(path, 'utf8');
    // What is put in has a `$` of its own.
    const changed = text.replace(before, () => after);
    if (changed === text) throw new Error(`${name} of FerretDB ${VERSION} is not what it was`);
    await writeFile(path, changed);
  }
}

/** Go's module cache is read-only, and so is a copy of it. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}

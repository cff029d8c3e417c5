/** Folders of a run: gone when it ends. And copies of a store that cost next to nothing. */
import { cp, link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'backseat-bench-';

/** A folder for the time that `work` takes. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where data sets are kept between runs. */
export function cacheFolder(name: string): string {
  return join(tmpdir(), `${PREFIX}${name}`);
}

/**
 * A copy of a data folder that nobody holds. LevelDB never changes a table once it is written, so tables are linked;
 * everything else is copied.
 */
export async function cloneStore(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await cloneStore(source, target);
    else if (entry.name.endsWith('.ldb')) await link(source, target);
    else await cp(source, target);
  }
}

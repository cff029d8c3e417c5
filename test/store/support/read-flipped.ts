/**
 * Run as a process of its own, because an assertion of LevelDB's own ends the process where a flipped bit breaks the
 * frame of a block: takes a store's folder and places in its table, flips one bit after the other in a copy of its own,
 * reads all entries back, and tells a word a line of each: `sound`, `noticed` or `altered`.
 */
import { openEmbedded } from '../../../src/store/embedded/index.js';
import { codeOf } from '../../../src/store/embedded/level.js';
import { DamagedEntry, StoreDamaged } from '../../../src/store/ports.js';
import { collect } from './entries.js';
import { filesOf, flip, imageOf } from './folder.js';

const [folder = '', ...places] = process.argv.slice(2);

async function read(from: string): Promise<Set<string>> {
  const store = await openEmbedded(from, { collections: [] });
  try {
    return new Set((await collect(store.journal.scan())).map((entry) => JSON.stringify(entry)));
  } finally {
    await store.close();
  }
}

const truth = await read(folder);
for (const place of places) {
  const image = imageOf(folder);
  flip(filesOf(image, 'ldb')[0] ?? '', Number(place));
  try {
    const found = await read(image);
    console.log([...found].every((entry) => truth.has(entry)) ? 'sound' : 'altered');
  } catch (error) {
    // A place that points out of the file cannot be read at all.
    const unread = codeOf(error) === 'LEVEL_IO_ERROR';
    if (!(unread || error instanceof DamagedEntry || error instanceof StoreDamaged)) throw error;
    console.log('noticed');
  }
}

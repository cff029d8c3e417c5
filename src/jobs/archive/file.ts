/** An archive as a file: of the form of a backup, one chapter for each run of entries. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Entry, StoredEntry } from '../../store/ports.js';
import { writeBeside } from '../backup/file.js';
import { FORMAT, type Header } from '../backup/format.js';
import { readBackup } from '../backup/read.js';
import { bytesOf } from '../backup/write.js';
import type { Chosen } from './choose.js';
import type { Keeping } from './index.js';

/** What a file says of itself beside what is chosen. */
export type About = Pick<Header, 'store' | 'at'> & { readonly before: number };

/** Keeps entries in a new file. @param file as newFile gave it */
export function keepIn(file: string, about: About): Keeping {
  return {
    async keep(chosen, entries) {
      await writeBeside(file, archiveOf(chosen, entries, about));
      // Its name must be on the disk too before what it holds is taken away (A5).
      const folder = await open(dirname(file));
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },
    kept: () => entriesIn(file),
  };
}

/** The entries of a file, once it was read to its end and is whole. Throws `BadBackup` otherwise, before the first. */
export async function* entriesIn(file: string): AsyncGenerator<StoredEntry> {
  const first = readBackup(file);
  while ((await first.next()).done !== true);
  yield* readBackup(file);
}

function archiveOf({ chapters, actors, entries: count }: Chosen, entries: AsyncIterable<Entry>, about: About) {
  const header: Header = { backup: 'backseat', format: FORMAT, ...about, actors, entries: count };
  let next = 0;
  return bytesOf(header, entries, ({ actor, seq }) => {
    const chapter = chapters[next];
    if (chapter?.actor !== actor || chapter.after + 1 !== seq) return undefined;
    next += 1;
    return chapter;
  });
}

/** Files that are whole once they have their name. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes beside the file and gives it its name when all is on the disk: a file of that name is whole. */
export async function writeBeside(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const beside = `${file}.part`;
  try {
    await rm(beside, { force: true });
    await pipeline(Readable.from(bytes), createWriteStream(beside, { mode: 0o600, flush: true }));
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

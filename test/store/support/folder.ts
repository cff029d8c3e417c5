import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ClassicLevel } from 'classic-level';

/** The database below a store's folder, to look at or to hurt while the store is closed. */
export async function withLevel<T>(folder: string, use: (level: ClassicLevel) => Promise<T>): Promise<T> {
  const level = new ClassicLevel(join(folder, 'level'));
  await level.open();
  try {
    return await use(level);
  } finally {
    await level.close();
  }
}

/** What a power cut would leave of the store in `folder`, now. */
export function imageOf(folder: string): string {
  const image = `${folder}-image`;
  rmSync(image, { recursive: true, force: true });
  cpSync(folder, image, { recursive: true });
  return image;
}

/** The database's files that end with `.<extension>`, oldest first. */
export function filesOf(folder: string, extension: string): string[] {
  const level = join(folder, 'level');
  return readdirSync(level)
    .filter((name) => name.endsWith(`.${extension}`))
    .sort()
    .map((name) => join(level, name));
}

/** Flips one bit. */
export function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

/** Takes `count` bytes off the end. */
export function cut(file: string, count: number): void {
  truncateSync(file, readFileSync(file).length - count);
}

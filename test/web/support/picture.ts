/** Keeps a picture of the wall, when somebody wants to look: PICTURES=folder. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedWall } from './page.js';

export async function picture({ page }: Pick<OpenedWall, 'page'>, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

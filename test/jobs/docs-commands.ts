/** The commands of a page of the docs, run as the page says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { explain } from '../../src/commands/failure.js';
import { createProgram } from '../../src/commands/program.js';

/** A page of the docs. */
export function docOf(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');
}

/** The commands of a page's first block, as arguments. */
export function commandsOf(page: string): readonly string[][] {
  return (/```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ *#.*/, '').split(' '));
}

/** Runs a command in `folder` on its own data, or on a database; the line that it would end with. */
export async function run(args: readonly string[], folder: string, mongoUrl = ''): Promise<string | undefined> {
  const kept = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^BACKSEAT_|^MONGO_URL$|^REDIS_URL$/.test(name)) Reflect.deleteProperty(process.env, name);
  process.env['BACKSEAT_DATA'] = join(folder, 'data');
  if (mongoUrl !== '') process.env['MONGO_URL'] = mongoUrl;
  const here = process.cwd();
  process.chdir(folder);
  try {
    await (await createProgram('1.2.3')).parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    return explain(error);
  } finally {
    process.chdir(here);
    process.env = kept;
  }
}

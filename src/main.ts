#!/usr/bin/env node
/** The command line's entry: reads what is asked for, and ends with one clear line where it cannot be done. */
import { fail } from './commands/failure.js';
import { createProgram } from './commands/program.js';
import { readVersion } from './version.js';

try {
  const program = await createProgram(await readVersion(), process.argv[2]);
  await program.parseAsync();
  // What a command leaves open (an idle connection, a timer) holds nobody up.
  process.exit();
} catch (error) {
  fail(error);
}

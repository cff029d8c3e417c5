/** `npm run ferretdb`: builds the test server unless it is there. */
import { existsSync } from 'node:fs';

import { buildFerretdb, ferretdbPath } from './ferretdb.js';

const path = ferretdbPath();
if (existsSync(path)) {
  console.log(`FerretDB is there: ${path}`);
} else {
  try {
    await buildFerretdb();
    console.log(`FerretDB is built: ${path}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`FerretDB cannot be built, so tests that need a MongoDB server will be skipped: ${reason}`);
    process.exitCode = 1;
  }
}

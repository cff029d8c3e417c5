/** `backseat verify`: recomputes the books, every total and every ranking from the journal, and says what differs. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { actors } from '../actors/index.js';
import { readSettings, type Settings } from '../config.js';
import { Archives } from '../jobs/archive/archives.js';
import { catchUpViews, readerOf } from '../jobs/stopped.js';
import { renderJson, renderText, verify, type VerifyReport } from '../jobs/verify/index.js';
import { collections } from '../node/collections.js';
import { openStore } from '../node/store.js';
import { termsOf } from '../node/terms.js';
import { StoreUnavailable } from '../store/ports.js';
import { Entrance } from '../jobs/traffic/entrance.js';
import { CannotRun } from './failure.js';
import { collect, serverUrl, settingsWith } from './options.js';
import { print, say } from './say.js';

interface VerifyFlags {
  readonly data?: string;
  readonly url?: string;
  readonly json?: boolean;
  readonly archive?: readonly string[];
}

/** The platform's operator. */
export interface Operator {
  readonly name: string;
  readonly password: string;
}

/** ms that a server may take to audit itself. */
const AUDIT_WITHIN = 30 * 60_000;

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('Recompute the books, totals and rankings from the journal; exit code 1 on any difference.')
    .option('--data <folder>', 'data folder, instead of BACKSEAT_DATA')
    .option('--url <address>', 'a running server, with its BACKSEAT_ADMIN_NAME and _PASSWORD', serverUrl)
    .option('--archive <file>', 'what archive wrote of this store; once for each file', collect)
    .option('--json', 'print the report as JSON')
    .action(async (flags: VerifyFlags) => {
      const settings = settingsWith(readSettings(process.env), flags);
      const operator = { name: settings.adminName, password: settings.adminPassword };
      const { url, archive = [] } = flags;
      if (url !== undefined && archive.length > 0) {
        throw new CannotRun('--archive is read here and not by a server: audit a stopped folder, or by MONGO_URL');
      }
      const report = await (url === undefined ? auditFolder(settings, archive) : auditServer(url, operator));
      print(flags.json === true ? renderJson(report) : renderText(report));
      process.exitCode = report.found === 0 ? 0 : 1;
    });
}

/** Audits a stopped store, and prints the report; true when nothing differs. */
export async function verifyFolder(settings: Settings): Promise<boolean> {
  const report = await auditFolder(settings);
  print(renderText(report));
  return report.found === 0;
}

/** Asks a running server for its own audit, and prints the report; true when nothing differs. */
export async function verifyServer(url: string, operator: Operator): Promise<boolean> {
  const report = await auditServer(url, operator);
  print(renderText(report));
  return report.found === 0;
}

async function auditServer(url: string, operator: Operator): Promise<VerifyReport> {
  const entrance = await Entrance.open(url, operator);
  try {
    return await entrance.platform.ask('books.verify', {}, { withinMs: AUDIT_WITHIN });
  } finally {
    entrance.close();
  }
}

/** Audits a stopped store, or a database, with the files of what was archived. */
export async function auditFolder(settings: Settings, archives: readonly string[] = []): Promise<VerifyReport> {
  const { mongoUrl, dataFolder } = settings;
  const embedded = mongoUrl === '';
  // Opening a store makes one; an audit must not.
  if (embedded && !existsSync(dataFolder)) throw new CannotRun(`there is no data folder ${dataFolder}`);
  const definitions = actors(termsOf(settings));
  const store = await openStore(settings, { collections, say, create: false }).catch((error: unknown) => {
    if (!embedded || !(error instanceof StoreUnavailable)) throw error;
    throw new CannotRun(`${error.message}; a running server is audited with --url`);
  });
  try {
    for (const warning of store.warnings) say(`warning: ${warning}`);
    await catchUpViews(store, definitions);
    const read = readerOf(store, definitions, Date.now());
    // Nothing keeps other processes from a database: nodes may serve from it.
    const { journal, views } = store;
    return await verify({ journal, views, read, serving: !embedded, archives: new Archives(archives) });
  } finally {
    await store.close();
  }
}

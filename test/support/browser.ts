/**
 * One headless Chromium for the tests that open a page: the one on the path, else the one inside the
 * development dependency `@sparticuz/chromium`, which needs nothing installed but libc.
 */
import { accessSync, constants } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const LOCK_LASTS = 20_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Starts a browser; whoever asked closes it. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ ...(installed() ?? (await packaged())), headless: true });
}

interface Launch {
  readonly executablePath: string;
  readonly args: string[];
}

function installed(): Launch | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const executablePath = join(folder, name);
      if (runs(executablePath)) return { executablePath, args: ['--no-sandbox', '--disable-gpu'] };
    }
  }
  return undefined;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function packaged(): Promise<Launch> {
  // Read when the package is imported: only so does it unpack the libraries that Chromium links to.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs20.x';
  const { default: bundle } = await import('@sparticuz/chromium');
  bundle.setGraphicsMode = false;
  const executablePath = await alone(() => bundle.executablePath());
  // One process saves memory in a lambda, but closing a page then ends the browser. Pages begin faster as copies of the
  // zygote.
  const args = bundle.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote');
  return { executablePath, args };
}

/** Test files run side by side, and the package unpacks into one folder: one after the other, then. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const lock = join(tmpdir(), 'backseat-browser.lock');
  const giveUp = Date.now() + LOCK_LASTS;
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch {
      // Whoever was killed while holding it does not hold it for ever.
      if (Date.now() > giveUp) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return await work();
  } finally {
    await rmdir(lock).catch(() => undefined);
  }
}

/**
 * One headless Chromium for the tests that open a page: the one on the path, else the one inside the
 * development dependency `@sparticuz/chromium`, which needs nothing installed but libc.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

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
  // One process saves memory in a lambda, but closing a page then ends the browser.
  const args = bundle.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote');
  return { executablePath: await bundle.executablePath(), args: [...args, '--no-zygote'] };
}

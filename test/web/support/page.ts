/**
 * The screen's page as `npm run build` leaves it, which comes before `npm test`, opened as a wall of a certain size and
 * language.
 */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';

/** The folder of the built page. */
export const PAGE = fileURLToPath(new URL('../../../dist/web', import.meta.url));

export interface Wall {
  readonly width?: number;
  readonly height?: number;
  readonly language?: 'zh' | 'en';
  readonly key?: string;
  /** With the Chinese letters, which take a second to load: for tests of how it looks. */
  readonly looks?: boolean;
  /** A clock the test moves; without it the page has the browser's own. */
  readonly at?: number;
}

export interface OpenedWall {
  readonly page: Page;
  /** What the page complained about. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** Opens the screen at `url` and waits until it shows figures. */
export async function openWall(browser: Browser, url: string, wall: Wall = {}): Promise<OpenedWall> {
  const { language = 'en', key, at, looks = false } = wall;
  // All is sized by the height: who reads figures alone needs no large picture, which takes the processor longer.
  const { width = looks ? 1920 : 960, height = looks ? 1080 : 540 } = wall;
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // A line that is cut is told by the browser itself, and is what such a test is about.
    if (message.type() === 'error' && !/WebSocket|ERR_/.test(message.text())) errors.push(message.text());
  });
  if (!looks) await page.route(/noto-sans-sc/, (route) => route.abort());
  if (at !== undefined) await page.clock.install({ time: at });
  await page.goto(`${url}/?lang=${language}${key === undefined ? '' : `#key=${key}`}`);
  await page.locator('main').waitFor();
  return { page, errors, close: () => context.close() };
}

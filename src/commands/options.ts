/**
 * Options that several commands have, and how their text is read.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Settings } from '../config.js';
import { dayBeginsAt } from '../actors/shared/period.js';
import { CannotRun } from './failure.js';

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** `max`, or a factor above 0. */
export function speed(text: string): number | 'max' {
  if (text === 'max') return text;
  const value = Number(text);
  if (!(value > 0 && value <= 1e6)) throw new InvalidArgumentError('It must be max, or a number above 0, as 60.');
  return value;
}

/** An option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** The address of a running server. */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an address as http://localhost:3000.');
  }
  return url.origin;
}

/** ms UTC of a time with its zone, or of the beginning of a business day. */
export function dateOf(text: string, zone: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
  try {
    if (isDay) return dayBeginsAt(text, zone);
  } catch {
    // There is no such day.
  }
  if (isTime) return Date.parse(text);
  throw new CannotRun(`${text} must be a day as 2026-11-21, or a time with its zone as 2026-11-21T00:00:00Z`);
}

/**
 * The file to write: `path`, or one in that folder, named after the time `at`, ms UTC. Nothing is ever written over.
 */
export async function newFile(path: string, kind: 'backup' | 'archive', at: number): Promise<string> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const time = new Date(at).toISOString().replaceAll(/[:.]/g, '-');
  const file = isFolder ? join(path, `backseat-${time}.${kind}`) : path;
  const article = kind === 'archive' ? 'an' : 'a';
  if (existsSync(file)) throw new CannotRun(`${file} is there already; ${article} ${kind} goes into a new file`);
  return file;
}

/** What `serve` and `demo` take on the command line beside the settings. */
export interface ServerFlags {
  readonly host?: string;
  readonly port?: number;
  readonly data?: string;
}

/** Adds the options of {@link ServerFlags}. */
export function serverOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on, instead of BACKSEAT_HOST')
    .option('--port <number>', 'port to listen on, instead of BACKSEAT_PORT; 0 takes a free one', whole(0, 65_535));
}

/** The settings with what the command line says instead. */
export function settingsWith(settings: Settings, { host, port, data }: ServerFlags): Settings {
  return {
    ...settings,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(data === undefined ? {} : { dataFolder: data }),
  };
}

/**
 * Options that several commands have, and how their text is read.
 */
import { InvalidArgumentError, type Command } from 'commander';
import type { Settings } from '../config.js';

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

/** The address of a running server. */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an address as http://localhost:3000.');
  }
  return url.origin;
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

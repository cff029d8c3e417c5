/** The deployment's files, as the tests of this folder read them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { root } from '../support/pages.js';

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What a service of a compose file says, as far as the tests look. */
export interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly [key: string]: unknown;
}

export interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** A compose file with its anchors and merges resolved. */
export function composeOf(path: string): Compose {
  return parse(textOf(path), { merge: true }) as Compose;
}

/** A line of .env.example that names something: `NAME=value`, or the same commented out. */
export interface Line {
  readonly name: string;
  readonly value: string;
  readonly active: boolean;
}

/** The names that .env.example knows. */
export function environmentLines(): readonly Line[] {
  return [...textOf('.env.example').matchAll(/^(# )?([A-Z_]+)=(.*)$/gm)].map(([, comment, name = '', value = '']) => ({
    name,
    value,
    active: comment === undefined,
  }));
}

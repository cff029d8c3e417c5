/**
 * What is installed is what was locked: each package by its digest, from no fixed place, and none runs a script of its
 * own.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import t from 'tap';

import { root } from '../support/pages.js';

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const { packages } = read('package-lock.json') as { readonly packages: Readonly<Record<string, Locked>> };
const { allowScripts } = read('package.json') as { readonly allowScripts: Readonly<Record<string, boolean>> };
const installed = Object.entries(packages).filter(([path]) => path !== '');

t.test('every package is locked by its digest, and by no place that it comes from', async (t) => {
  t.ok(installed.length > 100);
  t.same(
    installed.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-')).map(([path]) => path),
    [],
  );
  t.same(
    installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
    [],
  );
});

t.test('no package runs a script when it is installed', async (t) => {
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  const names = scripted.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  t.same(Object.values(allowScripts).filter(Boolean), []);
  t.same([...new Set(names)].sort(), Object.keys(allowScripts).sort(), 'each one that wants to is named, and may not');
});

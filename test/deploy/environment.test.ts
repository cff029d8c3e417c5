/** .env.example beside the compose files; test/config.test.ts holds it to the settings. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

import t from 'tap';

import { readSettings, settingLines } from '../../src/config.js';
import { root } from '../support/pages.js';
import { environmentLines, textOf } from './files.js';

const lines = environmentLines();
const settings = new Set(settingLines().map(({ env }) => env));
const composes = ['docker-compose.yml', 'docker-compose.single.yml'];
/** Names that the compose files take from .env. */
const asked = new Set(composes.flatMap((path) => [...textOf(path).matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name)));

t.test('what it names beside the settings is what the compose files ask for', async (t) => {
  const named = lines.map(({ name }) => name);
  for (const name of named) t.ok(settings.has(name) || asked.has(name), `${name} means something`);
  for (const name of asked) t.ok(named.includes(name ?? ''), `${name ?? ''} stands there`);
});

t.test('what it asks for has no value there, so nobody runs with a secret of the repository', async (t) => {
  for (const { name, value } of lines.filter((one) => one.active)) t.equal(value, '', name);
});

t.test('deploy/env.sh draws a secret for each of them, and a node takes the result', async (t) => {
  const draw = () => execFileSync('bash', [join(root, 'deploy/env.sh')], { encoding: 'utf8' });
  const drawn: Record<string, string> = {};
  for (const [, name = '', value = ''] of draw().matchAll(/^([A-Z_]+)=(.*)$/gm)) drawn[name] = value;
  t.same(
    Object.keys(drawn),
    lines.filter((one) => one.active).map(({ name }) => name),
  );
  for (const value of Object.values(drawn)) t.match(value, /^[0-9a-f]{48}$/);
  t.equal(new Set(Object.values(drawn)).size, Object.keys(drawn).length, 'each is another');
  t.notOk(draw().includes(drawn['MONGO_KEY'] ?? ''), 'and others at the next time');
  const read = readSettings({ ...drawn, BACKSEAT_SANDBOX_URL: 'http://sandbox:3100' });
  t.equal(read.tokenSecret, drawn['BACKSEAT_TOKEN_SECRET']);
});

t.test('the file that it writes is its owner’s alone, and not the repository’s', async (t) => {
  const path = join(t.testdir(), '.env');
  execFileSync('bash', ['-c', '"$0" > "$1"', join(root, 'deploy/env.sh'), path]);
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.ok(textOf('.gitignore').split('\n').includes('.env'));
});

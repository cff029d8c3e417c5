import t from 'tap';

import { BadSetting, readSettings, settingLines, settings } from '../src/config.js';
import { environmentLines } from './deploy/files.js';
import { environmentTable, inEnvironment, settingsTable, tableOn } from './support/pages.js';

t.test('an empty environment gives every default', async (t) => {
  const values = readSettings({});
  for (const [name, { fallback }] of Object.entries(settings)) {
    t.same(values[name as keyof typeof values], fallback, name);
  }
});

t.test('a setting is read as its type says', async (t) => {
  const values = readSettings({
    BACKSEAT_PORT: '0',
    BACKSEAT_TRANSPORT: 'node',
    BACKSEAT_ORIGINS: 'https://a.example, https://b.example',
    BACKSEAT_CITY_LON: '-0.5',
    BACKSEAT_ZONE: 'Europe/London',
  });
  t.equal(values.port, 0);
  t.equal(values.transport, 'node');
  t.same(values.origins, ['https://a.example', 'https://b.example']);
  t.equal(values.cityLon, -0.5);
  t.equal(values.zone, 'Europe/London');
});

t.test('an empty text is no setting', async (t) => {
  t.equal(readSettings({ BACKSEAT_PORT: '' }).port, 3000);
});

t.test('a bad setting is refused in one line that names it and the rule', async (t) => {
  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['BACKSEAT_PORT', '70000', /^BACKSEAT_PORT: must be a whole number from 0 to 65535, not "70000"$/],
    ['BACKSEAT_PORT', '3e3', /whole number/],
    ['BACKSEAT_TRANSPORT', 'carrier pigeon', /^BACKSEAT_TRANSPORT: must be one of auto, uws, node/],
    ['BACKSEAT_ZONE', 'Mars/Olympus', /^BACKSEAT_ZONE: must be an IANA time zone/],
    ['BACKSEAT_CITY_LAT', '91', /^BACKSEAT_CITY_LAT: must be degrees from -90 to 90/],
    ['BACKSEAT_CURRENCY', 'yuan', /^BACKSEAT_CURRENCY: must be three capital letters/],
  ];
  for (const [name, value, line] of bad) {
    t.throws(() => readSettings({ [name]: value }), { name: 'BadSetting', message: line }, `${name}=${value}`);
  }
});

t.test('a bad secret is refused without being shown', async (t) => {
  try {
    readSettings({ BACKSEAT_TOKEN_SECRET: 'short and secret' });
    t.fail('it was taken');
  } catch (error) {
    t.ok(error instanceof BadSetting);
    t.match((error as Error).message, /^BACKSEAT_TOKEN_SECRET: must be at least 32 characters$/);
  }
});

t.test('a sandbox elsewhere is named together with its secret', async (t) => {
  const [url, secret] = ['http://127.0.0.1:3100', 'a secret of both sides'];
  t.equal(readSettings({ BACKSEAT_SANDBOX_URL: url, BACKSEAT_SANDBOX_SECRET: secret }).sandboxUrl, url);
  const line = 'BACKSEAT_SANDBOX_SECRET: must be set together with BACKSEAT_SANDBOX_URL';
  t.throws(() => readSettings({ BACKSEAT_SANDBOX_URL: url }), { name: 'BadSetting', message: line });
  t.throws(() => readSettings({ BACKSEAT_SANDBOX_SECRET: secret }), { name: 'BadSetting', message: line });
});

t.test('a misspelt setting is refused', async (t) => {
  t.throws(() => readSettings({ BACKSEAT_PROT: '1' }), { message: 'BACKSEAT_PROT: there is no setting of this name' });
  t.doesNotThrow(() => readSettings({ PATH: '/bin' }), 'what is not ours is not looked at');
});

t.test('each setting has a name of its own and says what it means', async (t) => {
  const lines = settingLines();
  t.equal(new Set(lines.map(({ env }) => env)).size, lines.length);
  for (const { env, about } of lines) {
    t.match(env, /^(BACKSEAT_[A-Z_]+|[A-Z]+_URL)$/);
    t.match(about, /^[A-Z].*\.$/s, env);
  }
});

t.test('a node among others is given what all must have in common', async (t) => {
  const env = {
    REDIS_URL: 'redis://127.0.0.1:6379',
    BACKSEAT_TOKEN_SECRET: 'x'.repeat(32),
    BACKSEAT_SANDBOX_URL: 'http://127.0.0.1:3100',
    BACKSEAT_SANDBOX_SECRET: 'a secret of both sides',
  };
  t.equal(readSettings(env).redisUrl, env.REDIS_URL);
  for (const name of ['BACKSEAT_TOKEN_SECRET', 'BACKSEAT_SANDBOX_URL']) {
    const without = { ...env, [name]: '', ...(name === 'BACKSEAT_SANDBOX_URL' && { BACKSEAT_SANDBOX_SECRET: '' }) };
    const line = `${name}: must be set together with REDIS_URL, the same on all nodes`;
    t.throws(() => readSettings(without), { name: 'BadSetting', message: line });
  }
  t.throws(() => readSettings({ ...env, REDIS_URL: 'localhost with:a-password' }), {
    message: 'REDIS_URL: must be an address as redis://host:6379, or redis-cluster://host:6379,host:6379 of a cluster',
  });
});

t.test('docs/settings.md lists the settings of the code', async (t) => {
  t.equal(tableOn('docs/settings.md', settingsTable()), settingsTable(), 'UPDATE=1 before this test writes the page');
});

t.test('.env.example lists every setting once, with its default', async (t) => {
  const named = environmentLines();
  const table = environmentTable(new Set(named.filter(({ active }) => active).map(({ name }) => name)));
  t.equal(tableOn('.env.example', table, inEnvironment), table, 'UPDATE=1 before this test writes the table');
  for (const { env } of settingLines()) t.equal(named.filter(({ name }) => name === env).length, 1, env);
});

/**
 * Every setting of a node, read once from the environment: name, type, default, bounds and meaning
 * stand in one table, from which come the typed values, `--help`, and the check against
 * docs/settings.md. Nothing else reads the environment.
 */
import { accessSettings } from './config/access.js';
import { businessSettings } from './config/business.js';
import { clusterSettings } from './config/cluster.js';
import { engineSettings } from './config/engine.js';
import { nodeSettings } from './config/node.js';
import { storeSettings } from './config/store.js';
import { Broken, type Setting } from './setting.js';

/** A setting that cannot be used; the message is one line and names the setting and the rule. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

/** The table. Its order is the order of `--help`. */
export const settings = {
  ...nodeSettings,
  ...storeSettings,
  ...clusterSettings,
  ...accessSettings,
  ...businessSettings,
  ...engineSettings,
};

type Table = typeof settings;

/** The values of all settings. */
export type Settings = {
  readonly [N in keyof Table]: Table[N] extends Setting<infer T> ? T : never;
};

/** Reads every setting. Throws {@link BadSetting} on the first that breaks its rule, or that has an unknown name. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const known = new Set<string>(Object.values(settings).map((one) => one.env));
  const stranger = Object.keys(env).find((name) => name.startsWith('BACKSEAT_') && !known.has(name));
  if (stranger !== undefined) throw new BadSetting(`${stranger}: there is no setting of this name`);
  const values = Object.entries<Setting<unknown>>(settings).map(([name, one]) => [name, valueOf(one, env[one.env])]);
  const read = Object.fromEntries(values) as Settings;
  if ((read.sandboxUrl === '') !== (read.sandboxSecret === '')) {
    throw new BadSetting(`${settings.sandboxSecret.env}: must be set together with ${settings.sandboxUrl.env}`);
  }
  if (read.redisUrl !== '') {
    const missing = [settings.tokenSecret, settings.sandboxUrl].find(({ env: name }) => (env[name] ?? '') === '');
    if (missing)
      throw new BadSetting(`${missing.env}: must be set together with ${settings.redisUrl.env}, the same on all nodes`);
  }
  return read;
}

function valueOf(one: Setting<unknown>, written: string | undefined): unknown {
  if (written === undefined || written === '') return one.fallback;
  const value = one.read(written);
  if (!(value instanceof Broken)) return value;
  throw new BadSetting(`${one.env}: must be ${value.rule}${one.secret ? '' : `, not "${written}"`}`);
}

/** A row of `--help` and of docs/settings.md. */
export interface SettingLine {
  readonly env: string;
  readonly fallback: string;
  readonly about: string;
}

/** All settings as text, for people. */
export function settingLines(): readonly SettingLine[] {
  return Object.values<Setting<unknown>>(settings).map(({ env, fallback, about }) => {
    const shown = Array.isArray(fallback) ? fallback.join(',') : String(fallback);
    return { env, fallback: shown, about };
  });
}

/**
 * Every setting of a node, read once from the environment: name, type, default, bounds and meaning
 * stand in one table, from which come the typed values, `--help`, and the check against
 * docs/settings.md. Nothing else reads the environment.
 */
import { isZone } from './actors/shared/period.js';
import { Broken, choice, degrees, integer, list, secret, setting, text, type Setting } from './setting.js';

/** A setting that cannot be used; the message is one line and names the setting and the rule. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The table. Its order is the order of `--help`. */
export const settings = {
  // The node
  host: text(
    'BACKSEAT_HOST',
    '0.0.0.0',
    'Address to listen on.',
    /^[A-Za-z0-9_.:-]{1,255}$/,
    'an address or host name',
  ),
  port: integer('BACKSEAT_PORT', 3000, 'Port for sockets, API and pages; 0 takes a free one.', 0, 65535),
  dataFolder: text(
    'BACKSEAT_DATA',
    './data',
    'Folder of the embedded store and of generated secrets.',
    /./,
    'a folder',
  ),
  transport: choice(
    'BACKSEAT_TRANSPORT',
    'auto',
    'What carries sockets and HTTP: uWebSockets.js, node, or the first that loads.',
    ['auto', 'uws', 'node'],
  ),
  origins: list(
    'BACKSEAT_ORIGINS',
    [],
    'Web origins beside the node’s own that may connect and call, with commas between; * for any.',
  ),
  proxies: integer(
    'BACKSEAT_PROXIES',
    0,
    'Proxies in front of the node that write X-Forwarded-For; without it an address is the connection’s own.',
    0,
    10,
  ),
  logLevel: choice('BACKSEAT_LOG_LEVEL', 'info', 'The least severe log line that is written.', [
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  ]),

  // Who may do what
  adminName: text(
    'BACKSEAT_ADMIN_NAME',
    'admin',
    'Name of the first platform account.',
    /^[A-Za-z0-9_.@+-]{1,64}$/,
    'a name',
  ),
  adminPassword: secret(
    'BACKSEAT_ADMIN_PASSWORD',
    'Password of the first platform account, made at the start when it is set.',
    8,
  ),
  tokenSecret: secret(
    'BACKSEAT_TOKEN_SECRET',
    'Signs access tokens. Without it one is generated into the data folder, readable by its owner alone.',
    32,
  ),
  screenKey: secret(
    'BACKSEAT_SCREEN_KEY',
    'What a big screen must show to connect: its address ends in #key=<the key>.',
    16,
  ),
  publicScreens: choice(
    'BACKSEAT_PUBLIC_SCREENS',
    'no',
    'Whether anybody may hang up a big screen, without a key. Without a key and without this there is none.',
    ['no', 'yes'],
  ),
  accessMs: integer('BACKSEAT_ACCESS_MS', 15 * MINUTE, 'Life of an access token, ms.', SECOND, DAY),
  sessionMs: integer(
    'BACKSEAT_SESSION_MS',
    30 * DAY,
    'A session that is not refreshed ends after this, ms.',
    MINUTE,
    400 * DAY,
  ),
  invitationMs: integer('BACKSEAT_INVITATION_MS', 7 * DAY, 'Life of an invitation of staff, ms.', MINUTE, 90 * DAY),
  hashMemoryKiB: integer(
    'BACKSEAT_HASH_MEMORY_KIB',
    19_456,
    'Memory of one password hash (argon2id), KiB.',
    8,
    4_194_304,
  ),
  hashPasses: integer('BACKSEAT_HASH_PASSES', 2, 'Passes of one password hash.', 1, 100),
  hashesAtOnce: integer('BACKSEAT_HASHES_AT_ONCE', 2, 'Passwords that are hashed at the same time.', 1, 16),

  // What a stranger can make grow
  maxSockets: integer('BACKSEAT_MAX_SOCKETS', 120_000, 'Sockets at once; further ones are refused.', 1, 10_000_000),
  guestMs: integer(
    'BACKSEAT_GUEST_MS',
    60 * SECOND,
    'How long a socket that has not logged in may stay, ms.',
    SECOND,
    HOUR,
  ),
  guestsPerAddress: integer(
    'BACKSEAT_GUESTS_PER_ADDRESS',
    64,
    'Sockets of one address at once that have not logged in.',
    1,
    1_000_000,
  ),
  socketRate: integer('BACKSEAT_SOCKET_RATE', 200, 'Requests a second of one socket, on average.', 1, 10_000_000),
  socketBurst: integer('BACKSEAT_SOCKET_BURST', 1_000, 'Requests of one socket at once.', 1, 10_000_000),
  socketsPerAccount: integer('BACKSEAT_SOCKETS_PER_ACCOUNT', 64, 'Sockets of one account at once.', 1, 1_000_000),
  accountRate: integer(
    'BACKSEAT_ACCOUNT_RATE',
    400,
    'Requests a second of one account over all its sockets and HTTP.',
    1,
    10_000_000,
  ),
  accountBurst: integer('BACKSEAT_ACCOUNT_BURST', 2_000, 'Requests of one account at once.', 1, 10_000_000),
  addressRate: integer(
    'BACKSEAT_ADDRESS_RATE',
    100,
    'HTTP requests and guest requests a second of one address.',
    1,
    10_000_000,
  ),
  addressBurst: integer(
    'BACKSEAT_ADDRESS_BURST',
    1_000,
    'HTTP requests and guest requests of one address at once.',
    1,
    10_000_000,
  ),
  inFlight: integer('BACKSEAT_IN_FLIGHT', 1_024, 'Requests of one socket that wait for their answer.', 1, 1_000_000),
  streamsPerSocket: integer('BACKSEAT_STREAMS_PER_SOCKET', 64, 'Streams that one socket may follow.', 1, 100_000),
  maxBufferedBytes: integer(
    'BACKSEAT_MAX_BUFFERED_BYTES',
    1_048_576,
    'Bytes that may wait for a socket that reads slowly; beyond them it is closed.',
    65_536,
    1_073_741_824,
  ),
  answerWithinMs: integer(
    'BACKSEAT_ANSWER_WITHIN_MS',
    10 * SECOND,
    'After this a request that is not yet decided is given up, ms.',
    100,
    HOUR,
  ),

  signUpsPerMinute: integer(
    'BACKSEAT_SIGN_UPS_PER_MINUTE',
    300,
    'Accounts that one address may open in a minute; twice as many at once.',
    1,
    1_000_000,
  ),

  // Sockets
  pingIntervalMs: integer('BACKSEAT_PING_INTERVAL_MS', 20 * SECOND, 'Heartbeat of each socket, ms.', 50, HOUR),
  pingTimeoutMs: integer(
    'BACKSEAT_PING_TIMEOUT_MS',
    15 * SECOND,
    'A socket silent this long after a heartbeat is closed, ms.',
    50,
    HOUR,
  ),
  headEveryMs: integer(
    'BACKSEAT_HEAD_EVERY_MS',
    10 * SECOND,
    'How often followers are told the last number of their streams, ms.',
    50,
    HOUR,
  ),
  presenceGraceMs: integer(
    'BACKSEAT_PRESENCE_GRACE_MS',
    60 * SECOND,
    'After a start, devices that were online and have not come back by then are offline, ms.',
    0,
    DAY,
  ),

  // The business
  zone: setting('BACKSEAT_ZONE', 'Asia/Shanghai', 'Business time zone, as the IANA names it.', (value) =>
    isZone(value) ? value : new Broken('an IANA time zone such as Asia/Shanghai'),
  ),
  currency: text(
    'BACKSEAT_CURRENCY',
    'CNY',
    'Currency of new devices and stations, ISO 4217.',
    /^[A-Z]{3}$/,
    'three capital letters',
  ),
  cityName: text(
    'BACKSEAT_CITY_NAME',
    '上海',
    'Name of the city on the big screen.',
    /^.{1,40}$/u,
    '1 to 40 characters',
  ),
  cityNameEn: text('BACKSEAT_CITY_NAME_EN', 'Shanghai', 'The same in English.', /^.{1,40}$/u, '1 to 40 characters'),
  cityLon: degrees('BACKSEAT_CITY_LON', 121.4737, 'Longitude of the city’s centre, degrees.', 180),
  cityLat: degrees('BACKSEAT_CITY_LAT', 31.2304, 'Latitude of the city’s centre, degrees.', 90),
  geocoder: choice('BACKSEAT_GEOCODER', 'off', 'Who finds addresses of stations that are registered without one.', [
    'off',
    'openstreetmap',
    'amap',
  ]),
  geocoderServer: text(
    'BACKSEAT_GEOCODER_SERVER',
    '',
    'Another address of that service, e.g. of an own Nominatim.',
    /^(https?:\/\/[^\s]{1,200})?$/,
    'an http or https address',
  ),
  geocoderKey: secret('BACKSEAT_GEOCODER_KEY', 'Key of that service; amap has none without.', 1),
  geocoderLanguage: text(
    'BACKSEAT_GEOCODER_LANGUAGE',
    'zh-CN',
    'Language of the addresses that are found.',
    /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
    'a language tag such as zh-CN',
  ),
  saleExpiryMs: integer(
    'BACKSEAT_SALE_EXPIRY_MS',
    5 * MINUTE,
    'How long a placed sale waits for its payment, ms.',
    SECOND,
    DAY,
  ),
  restockExpiryMs: integer(
    'BACKSEAT_RESTOCK_EXPIRY_MS',
    30 * MINUTE,
    'How long a restock waits for its payment, ms.',
    SECOND,
    DAY,
  ),
  dispenseWithinMs: integer(
    'BACKSEAT_DISPENSE_WITHIN_MS',
    2 * MINUTE,
    'How long a device has to report what it dropped, ms.',
    SECOND,
    DAY,
  ),
  feeBasisPoints: integer(
    'BACKSEAT_FEE_BASIS_POINTS',
    1_000,
    'The platform’s share of a sale, hundredths of a per cent.',
    0,
    10_000,
  ),
  lowStockAt: integer('BACKSEAT_LOW_STOCK_AT', 2, 'Units in a slot at which its driver is told.', 0, 1_000),
  reportEveryMs: integer(
    'BACKSEAT_REPORT_EVERY_MS',
    2 * SECOND,
    'How often an owner tells its totals of the day, ms.',
    10,
    HOUR,
  ),
  slowReportEveryMs: integer(
    'BACKSEAT_SLOW_REPORT_EVERY_MS',
    30 * SECOND,
    'How often it tells those of longer periods, ms.',
    10,
    HOUR,
  ),
  sweepEveryMs: integer(
    'BACKSEAT_SWEEP_EVERY_MS',
    MINUTE,
    'How often a device sends its fees to the platform, ms.',
    10,
    DAY,
  ),
  largestPayment: integer(
    'BACKSEAT_LARGEST_PAYMENT',
    10_000_000,
    'The largest amount of one payment, minor units.',
    1,
    100_000_000,
  ),
  paymentExpiryMs: integer(
    'BACKSEAT_PAYMENT_EXPIRY_MS',
    30 * MINUTE,
    'A payment that names no expiry of its own is given up after this, ms.',
    SECOND,
    DAY,
  ),
  paymentCheckMs: integer(
    'BACKSEAT_PAYMENT_CHECK_MS',
    30 * SECOND,
    'A provider that says nothing of a payment is asked after this, ms; then after twice as long.',
    100,
    DAY,
  ),

  // The sandbox payment provider
  sandboxUrl: text(
    'BACKSEAT_SANDBOX_URL',
    '',
    'Address of a sandbox payment provider that runs elsewhere. Without it the node runs one of its own.',
    /^https?:\/\/[A-Za-z0-9_.:[\]-]{1,255}$/,
    'an address as http://localhost:3100',
  ),
  sandboxSecret: secret(
    'BACKSEAT_SANDBOX_SECRET',
    'What that provider and this node sign with; goes with its address.',
    16,
  ),

  // The engine
  mailbox: integer('BACKSEAT_MAILBOX', 4_096, 'Commands that may wait before one actor.', 1, 1_000_000),
  asks: integer('BACKSEAT_ASKS', 65_536, 'Commands of clients that the node works on at a time.', 1, 10_000_000),
  active: integer('BACKSEAT_ACTIVE', 20_000, 'Idle actors that are kept in memory.', 0, 10_000_000),
  activeSize: integer(
    'BACKSEAT_ACTIVE_SIZE',
    134_217_728,
    'Characters of their state that are kept in memory.',
    0,
    17_179_869_184,
  ),
} as const satisfies Record<string, Setting<never> | object>;

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

/**
 * The town in which operations are played: who is there, what stands where, and what its people have come to know
 * (ids of sales and restocks, codes, tokens) by which an operation's "n-th" gets its name.
 */
import { actors } from '../../../src/actors/index.js';
import { keyOf } from '../../../src/actors/runtime/ids.js';
import { defaultTerms } from '../../../src/actors/terms.js';
import type { Access, Caller } from '../../../src/gateway/contract/declare.js';
import { contract } from '../../../src/gateway/contract/index.js';
import type { ActorId, Json } from '../../../src/store/ports.js';
import { pause } from '../network.js';
import { DEVICES, driverOf, DRIVERS, PASSENGERS, PRODUCTS, settleTown, SLOTS, STATIONS } from '../people.js';
import type { World } from '../world.js';

export type Role = Caller['role'];

/** Who asks, by role; the last of each is somebody who has nothing here. */
export const subjects = {
  passenger: [...PASSENGERS, 'p_9'].map((key) => `passenger:${key}`),
  driver: [...DRIVERS, 'dr_9'].map((key) => `driver:${key}`),
  station: [...STATIONS, 'st_9'].map((key) => `station:${key}`),
  device: [...DEVICES, 'd_9'].map((key) => `device:${key}`),
  platform: ['platform:ops'],
  screen: ['screen:wall'],
  guest: ['guest:127.0.0.1'],
} satisfies Record<Role, readonly string[]>;

/** Roles that may make a request. */
export function rolesOf(access: Access): readonly Role[] {
  const all: readonly Role[] = ['passenger', 'driver', 'station', 'platform', 'device', 'screen'];
  return access === 'anyone' ? [...all, 'guest'] : access === 'logged in' ? all : access;
}

const asked = new Set(
  Object.values<{ readonly target?: string }>(contract).map(({ target }) => target?.replace(' ', '.')),
);

/** Commands of actors, `<kind>.<type>`, that no request of the contract becomes: the inside's own. */
export const internal: readonly string[] = actors(defaultTerms)
  .flatMap(({ kind, decide }) => Object.keys(decide).map((type) => `${kind}.${type}`))
  .filter((command) => !asked.has(command));

/** The provider has filled all wallets within this, ms. */
const FILLED_MS = 10_000;

/** A line of a sale, a report, an order, a cart: of a slot or of a product. */
type Line = {
  readonly slot?: number;
  readonly product?: string;
  readonly units: number;
  readonly dropped?: number;
};

interface Session {
  readonly refresh: string;
  readonly subject: string;
}

interface Sale {
  readonly sale: string;
  readonly lines: readonly Line[];
  readonly device: string;
  readonly passenger: string;
}

interface Restock {
  readonly restock: string;
  readonly lines: readonly Line[];
  readonly station: string;
  readonly driver: string;
}

/** What is known of an answer. */
type Answered = Readonly<Record<string, Json>>;

/** A request as it is made. */
export interface Resolved extends Pick<Caller, 'subject' | 'account' | 'session'> {
  readonly input: Answered;
}

export class Town {
  private readonly sales: Sale[] = [];
  private readonly restocks: Restock[] = [];
  private readonly sessions: Session[] = [];
  /** By the device, the restock or the invited name. */
  private readonly codes = new Map<string, string>();

  constructor(private readonly world: World) {
    world.onPush(({ value: { data } }) => {
      const { restock, code } = data as { restock?: string; code?: string };
      if (restock !== undefined && code !== undefined) this.codes.set(restock, code);
    });
  }

  /** Opens everything, and loads the boxes. */
  async settle(): Promise<void> {
    await settleTown(this.world);
    await pause(this.world.clock, FILLED_MS);
    await Promise.all(DRIVERS.map((driver) => this.load(driver)));
  }

  /** An answer was heard. */
  learn(name: string, input: Answered, caller: Caller, value: Json): void {
    const { sale, lines, restocks, code, refresh, subject } = (value ?? {}) as Answered;
    const key = keyOf(caller.subject);
    if (name === 'sale.place') {
      const sold = lines as unknown as readonly Line[];
      this.sales.push({ sale: text(sale), lines: sold, device: text(input['device']), passenger: key });
    }
    if (name === 'restock.checkOut') {
      for (const each of restocks as unknown as Restock[]) this.restocks.push({ ...each, driver: key });
    }
    if (name === 'device.showCode') this.codes.set(key, text(code));
    if (name === 'auth.invite') this.codes.set(text(input['name']), text(code));
    if (refresh !== undefined) this.sessions.push({ refresh: text(refresh), subject: text(subject) });
  }

  /**
   * A request with the names that things have by now, and who makes it. With `whose: 'own'` he is the one whose the
   * thing is, asks where it is, and names of each line what is there.
   */
  resolve(name: string, input: Answered, role: Role, whose: 'own' | number): Resolved {
    const own = whose === 'own';
    const sale = nthOf(this.sales, input['sale']);
    const restock = nthOf(this.restocks, input['restock']);
    const session = nthOf(this.sessions, input['refresh']) ?? this.sessions.at(-1);
    const named: Record<string, Json> = { ...input };
    if ('sale' in input) named['sale'] = sale?.sale ?? 's_none';
    if ('restock' in input) named['restock'] = restock?.restock ?? 'r_none';
    if ('refresh' in input && session) named['refresh'] = session.refresh;
    if (own && sale && 'device' in input) named['device'] = sale.device;
    if (own && restock && 'station' in input) named['station'] = restock.station;
    if (own && Array.isArray(input['lines'])) {
      named['lines'] = fitting(input['lines'] as readonly Line[], sale?.lines ?? restock?.lines);
    }
    const of = restock?.restock ?? text(named['device'] ?? named['name']);
    if (input['code'] === 'the_right_code') named['code'] = this.codes.get(of) ?? '1234';
    const device = named['device'];
    const owners: Partial<Record<Role, string>> = {
      ...(isDevice(device) && { driver: driverOf(device) }),
      ...(sale && { passenger: sale.passenger, device: sale.device }),
      ...(restock && { station: restock.station, driver: restock.driver }),
    };
    const all = subjects[role];
    const owner = own ? owners[role] : undefined;
    const any = all[own ? 0 : whose % all.length] ?? '';
    const subject = owner === undefined ? any : `${role}:${owner}`;
    if (name !== 'auth.logOut' || !session) return { input: named, subject };
    const [account = '', family = ''] = session.refresh.split('~');
    return { input: named, subject: session.subject, account, session: family };
  }

  /** A driver restocks at the first station, and fills his boxes. */
  private async load(driver: (typeof DRIVERS)[number]): Promise<void> {
    const { world } = this;
    const [self, station] = [`driver:${driver}`, 'station:st_1'] as const;
    const own = DEVICES.filter((device) => driverOf(device) === driver);
    const must = async (to: ActorId, type: string, input: Json, caller: string): Promise<Json> => {
      const outcome = await world.ask(to, type, input, caller);
      if (!outcome.ok) throw new Error(`${type}: ${outcome.error.message}`);
      return outcome.value;
    };
    const lines = PRODUCTS.map((product) => ({ product, units: 5 * own.length }));
    await Promise.all(lines.map((line) => must(self, 'setCartLine', { station: 'st_1', ...line, chosen: true }, self)));
    const { restocks } = (await must(self, 'checkOut', {}, self)) as { restocks: { restock: string }[] };
    const restock = restocks[0]?.restock ?? '';
    await pause(world.clock, 1000);
    await must(station, 'payRestock', { restock, method: 'balance' }, self);
    await pause(world.clock, 1000);
    await must(station, 'acceptRestock', { restock, lines }, station);
    await must(station, 'readyRestock', { restock }, station);
    await must(station, 'handOver', { restock, code: this.codes.get(restock) ?? '' }, station);
    await pause(world.clock, 1000);
    for (const device of own) {
      const put = SLOTS.map(({ slot, product }) => ({ slot, product, units: 5 }));
      await must(self, 'load', { device, lines: put }, self);
    }
  }
}

/** One line of each slot or product; of those that were ordered no more than was. */
function fitting(lines: readonly Line[], ordered: readonly Line[] | undefined): Json {
  const kept = new Map<string, Line>();
  for (const line of lines) {
    const sold = ordered?.find(({ slot, product }) =>
      line.slot === undefined ? product === line.product : slot === line.slot,
    );
    const least = (units: number) => Math.min(units, sold?.units ?? units);
    const fits = 'dropped' in line ? { dropped: least(line.dropped ?? 0) } : { units: least(line.units) };
    if (sold || !ordered) kept.set(String(line.slot ?? line.product), { ...line, ...fits });
  }
  return [...kept.values()];
}

/** `s_nth2`: the third before the last, of those that there are. */
function nthOf<T>(list: readonly T[], said: Json | undefined): T | undefined {
  const n = /_nth(\d+)$/.exec(typeof said === 'string' ? said : '')?.[1];
  return n === undefined || list.length === 0 ? undefined : list[list.length - 1 - (Number(n) % list.length)];
}

function isDevice(key: Json | undefined): key is (typeof DEVICES)[number] {
  return DEVICES.some((device) => device === key);
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The kind and the type of an internal command. */
export function partsOf(command: string): readonly [kind: string, type: string] {
  const [kind = '', type = ''] = command.split('.');
  return [kind, type];
}

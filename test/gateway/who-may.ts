/** Who may do what to whose: a rule for each request of the contract, and for each stream. */
import type { contract } from '../../src/gateway/contract/index.js';
import { PRODUCT, type Asking, type Things } from '../support/town.js';

/** What the node of the test has as key of its backups. */
export const BACKUP_KEY = 'the key of all backups';

export interface Rule {
  /** The request about some things; `n` tells two of them apart. */
  readonly input: (of: Things, n: number) => object;
  /**
   * What is answered when the thing is somebody else's: a code, or 'open' where everyone of the role may ask about it.
   */
  readonly theirs?: string;
  /** What is answered when there is no such thing. */
  readonly nobodys?: string;
  /** Of a party the thing is this one's alone. */
  readonly of?: Asking;
}

/** The request names nothing: it is about the caller himself, or about what all may ask. */
const about = (input: object = {}): Rule => ({ input: () => input });
/** It names a device that its owner alone may do this to. */
const device = (more: object = {}): Rule => ({
  input: (of) => ({ device: of.device, ...more }),
  theirs: 'not_yours',
  nobodys: 'unknown_device',
});
/** It names a sale; another passenger's does not exist for him. */
const sale = (more: object = {}): Rule => ({
  input: (of) => ({ device: of.device, sale: of.sale, ...more }),
  theirs: 'unknown_sale',
  nobodys: 'unknown_sale',
});
/** It names a station's restock, for the driver who placed it. */
const ordered = (more: object = {}): Rule => ({
  input: (of) => ({ station: of.station, restock: of.restock, ...more }),
  theirs: 'not_yours',
  nobodys: 'unknown_restock',
});
/** It names a restock of the caller's own station. */
const received = (more: object = {}): Rule => ({
  input: (of) => ({ restock: of.restock, ...more }),
  theirs: 'unknown_restock',
  nobodys: 'unknown_restock',
});

const line = { product: PRODUCT, units: 1 };
/** Names of their own: who fails at one name too often must wait. */
const wrong = (n: number) => ({ name: `nobody.${n}`, password: 'wrong password' });

/** A request that has no rule does not compile. */
export const rules: Readonly<Record<keyof typeof contract, Rule>> = {
  'auth.signUp': { input: (_of, n) => ({ role: 'driver', name: `new.${n}`, password: 'password one' }) },
  'auth.logIn': { input: (_of, n) => wrong(n) },
  'auth.refresh': about({ refresh: 'nothing' }),
  'auth.logOut': about(),
  'auth.invite': { input: (of, n) => ({ role: 'station', name: `clerk.${n}`, station: of.station }) },
  'auth.accept': { input: (_of, n) => ({ ...wrong(n), code: 'code' }) },
  'auth.block': { input: (_of, n) => ({ name: `nobody.${n}` }) },
  'auth.unblock': { input: (_of, n) => ({ name: `nobody.${n}` }) },
  'auth.me': about(),
  'catalogue.put': about({ products: [{ id: PRODUCT, name: 'Tea' }] }),
  'catalogue.list': about(),
  'device.register': about({ name: 'Another' }),
  'device.renewKey': device(),
  'device.showCode': about(),
  'device.claim': { ...device({ code: 'wrong' }), theirs: 'wrong_code' },
  'device.transfer': { ...device(), input: (of) => ({ device: of.device, driver: of.driver }) },
  'device.release': device(),
  'device.retire': device(),
  'device.planogram': device({ slots: [{ slot: 1, product: PRODUCT, capacity: 9, price: 300 }] }),
  'device.takeOut': device({ slot: 1, units: 1, reason: 'spoilt' }),
  'device.reportFault': about({ fault: 'door' }),
  'device.clearFault': about({ fault: 'door' }),
  'device.page': { ...device(), theirs: 'open' },
  'device.home': device(),
  'device.list': about(),
  'sale.place': { ...device({ lines: [{ slot: 1, units: 1 }] }), theirs: 'open' },
  'sale.pay': sale({ method: 'balance' }),
  'sale.cancel': sale(),
  'sale.report': { input: ({ sale }) => ({ sale, lines: [] }), theirs: 'unknown_sale', nobodys: 'unknown_sale' },
  'sale.get': sale(),
  'sale.list': about(),
  'station.register': { input: (of) => ({ id: of.station, name: 'Depot', lon: 121.4, lat: 31.2 }), nobodys: 'open' },
  'station.stock': {
    input: (of) => ({ station: of.station, lines: [{ ...line, units: 50, price: 100 }] }),
    theirs: 'open',
  },
  'station.page': { input: (of) => ({ station: of.station }), theirs: 'open', nobodys: 'unknown_station' },
  'station.near': about({ lon: 121.4, lat: 31.2, radiusM: 1_000 }),
  'cart.set': { input: (of) => ({ station: of.station, ...line, chosen: true }), theirs: 'open', nobodys: 'open' },
  'cart.get': about(),
  'driver.home': about(),
  'restock.checkOut': about(),
  'restock.pay': ordered(),
  'restock.cancel': ordered(),
  'restock.renewCode': ordered(),
  'restock.accept': received({ lines: [] }),
  'restock.ready': received(),
  'restock.handOver': received({ code: 'wrong' }),
  'restock.get': ordered(),
  'restock.list': about(),
  'goods.load': {
    input: (of) => ({ device: of.device, lines: [{ slot: 1, ...line }] }),
    theirs: 'open',
    nobodys: 'open',
  },
  'wallet.get': about(),
  'wallet.statement': about(),
  'wallet.topUp': about({ amount: 100, currency: 'CNY', provider: 'sandbox' }),
  'payment.get': {
    input: ({ payment }) => ({ payment }),
    theirs: 'not_yours',
    nobodys: 'unknown_payment',
    of: 'passenger',
  },
  'position.ping': about({ lon: 121.4, lat: 31.2 }),
  'fleet.snapshot': about({ period: 'day' }),
  'deadLetter.list': about(),
  'deadLetter.retry': about({ id: 'none' }),
  'view.rebuild': about({ collection: 'nothing' }),
  'ranking.rebuild': about(),
  'books.verify': about(),
  'backup.begin': about({ key: BACKUP_KEY }),
  'backup.part': about({ backup: 'none', part: 0 }),
};

export interface Followed {
  readonly stream: (of: Things) => string;
  /** Roles that may follow what is their own, and roles that may follow all. */
  readonly own?: readonly Asking[];
  readonly all?: readonly Asking[];
}

const LOGGED_IN: readonly Asking[] = ['screen', 'passenger', 'device', 'station', 'driver', 'platform'];

/** By the kind of the actor and the channel, as they are declared. */
export const followed: Readonly<Record<string, Followed>> = {
  'device/passenger.{passenger}': {
    stream: (of) => `device:${of.device}/passenger.${of.passenger}`,
    own: ['passenger'],
  },
  'device/box': { stream: (of) => `device:${of.device}/box`, own: ['device'] },
  'device/owner': { stream: (of) => `device:${of.device}/owner`, own: ['driver'], all: ['platform'] },
  'station/orders': { stream: (of) => `station:${of.station}/orders`, own: ['station'], all: ['platform'] },
  'station/driver.{driver}': { stream: (of) => `station:${of.station}/driver.${of.driver}`, own: ['driver'] },
  'driver/me': { stream: (of) => `driver:${of.driver}/me`, own: ['driver'] },
  'wallet/balance': { stream: (of) => `wallet:${of.passenger}/balance`, own: ['passenger'], all: ['platform'] },
  'payment/payer': { stream: (of) => `payment:${of.payment}/payer`, own: ['passenger'], all: ['platform'] },
  'catalogue/all': { stream: () => 'catalogue:platform/all', all: LOGGED_IN },
  'ranking/fleet': { stream: () => 'ranking:all.all.CNY/fleet', all: ['screen', 'platform'] },
  'fleet/census': { stream: () => 'fleet:platform/census', all: ['screen', 'platform'] },
};

/**
 * Random operations: every command of the contract and everything that may go wrong, as plain data that can be read,
 * told again and made smaller. What a sale or a code is called is known only when it is there: an operation says "the
 * n-th".
 */
import fc, { type Arbitrary } from 'fast-check';

import type { Declaration } from '../../../src/gateway/contract/declare.js';
import { contract } from '../../../src/gateway/contract/index.js';
import { appendFaults, type FaultKind } from '../../../src/store/simulated/faults.js';
import { wellFormed } from '../../gateway/fuzz/schema.js';
import { askable, type WorldFault } from '../faults.js';
import { behaviours, type Behaviour } from '../provider.js';
import { internal, rolesOf, subjects, type Role } from './town.js';

export type Operation =
  /**
   * A request of the contract, by the one whose the thing is (`whose: 'own'`), or by the n-th of a role; `wait`s for
   * its answer or not.
   */
  | {
      readonly ask: string;
      readonly input: Fields;
      readonly role: Role;
      readonly whose: 'own' | number;
      readonly wait: boolean;
    }
  /** The n-th request before the last, once more with its id. */
  | { readonly again: number }
  /**
   * A copy of the n-th message of this type that an actor sent, as a request of somebody outside; with no `by`, of the
   * sender's own client.
   */
  | { readonly forge: string; readonly n: number; readonly by: string | null }
  /** What the provider does about the n-th payment before the last. */
  | { readonly provider: Behaviour; readonly n: number }
  /** A device's connection comes or goes. */
  | { readonly presence: 'came' | 'went'; readonly device: string }
  /** The next so many times that this may befall a message, a request, an effect, a machine or Redis, it does. */
  | { readonly fault: WorldFault; readonly times: number }
  /** For so long this befalls every call of the store. */
  | { readonly store: FaultKind; readonly ms: number }
  /** Time goes by. */
  | { readonly ms: number };

export type Fields = Readonly<Record<string, unknown>>;

/** Requests that change something at an actor. */
export const requests: readonly (readonly [string, Declaration])[] = (
  Object.entries(contract) as [string, Declaration][]
).filter(([, { kind, target }]) => kind === 'command' && target !== undefined);

/** Requests of these are what sales and restocks live of. */
const OFTEN = [
  ...['sale.place', 'sale.place', 'sale.place', 'sale.pay', 'sale.pay', 'sale.cancel', 'sale.report', 'sale.report'],
  ...['cart.set', 'restock.checkOut', 'restock.pay', 'restock.cancel', 'restock.accept', 'restock.ready'],
  ...['restock.handOver', 'goods.load', 'device.takeOut'],
];
/** These end what the others need, so they are asked seldom. */
const SELDOM = new Set(['device.retire', 'device.release', 'device.transfer', 'auth.block', 'device.renewKey']);
/** What may befall a store: that of one node alone is on its own disk, and has no majority to lose. */
const storeFaults = (nodes: number): readonly FaultKind[] => [
  ...appendFaults.filter((fault) => nodes > 1 || fault !== 'noMajority'),
  'lateRead',
];

const few = fc.nat({ max: 2 });
const mostly = <T>(usual: Arbitrary<T>, other: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: other });
const nth = (what: string) => few.map((n) => `${what}_nth${n}`);
const one = (...texts: readonly string[]) => fc.constantFrom(...texts);

/** Fields whose values mean something in the town: mostly such, now and then what the contract just allows. */
const fields: Readonly<Record<string, Arbitrary<unknown>>> = {
  slot: mostly(fc.integer({ min: 1, max: 3 }), one('99').map(Number)),
  units: mostly(fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 999)),
  dropped: mostly(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 999)),
  capacity: mostly(fc.constant(12), fc.constantFrom(1, 999)),
  amount: mostly(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(1, 100_000_000)),
  product: mostly(one('pr_tea', 'pr_nuts', 'pr_water'), one('pr_none')),
  device: mostly(one(...subjects.device.map(keyOf)), one('d_none')),
  station: mostly(one(...subjects.station.map(keyOf)), one('st_none')),
  driver: mostly(one(...subjects.driver.map(keyOf)), one('dr_none')),
  sale: mostly(nth('s'), one('s_none')),
  restock: mostly(nth('r'), one('r_none')),
  code: mostly(one('the_right_code'), one('wrong_code')),
  refresh: mostly(nth('refresh'), one('nothing')),
  // One that nothing here is sold in, and ISO 4217's code of none.
  currency: mostly(one('CNY'), one('USD', 'XXX')),
  name: one('ann', 'bob', 'cho'),
  password: mostly(one('password one'), one('password two')),
  fault: one('door', 'motor'),
};

function keyOf(subject: string): string {
  return subject.slice(subject.indexOf(':') + 1);
}

function request([name, declaration]: readonly [string, Declaration]): Arbitrary<Operation> {
  const may = rolesOf(declaration.access);
  return fc.record({
    ask: fc.constant(name),
    input: wellFormed(declaration.input, [], fields) as Arbitrary<Fields>,
    role: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...may) }, fc.constantFrom(...rolesOf('anyone'))),
    whose: fc.oneof({ weight: 5, arbitrary: fc.constant('own' as const) }, few),
    wait: mostly(fc.constant(true), fc.constant(false)),
  });
}

const anyRequest = fc.oneof(
  ...requests.map((each) => ({ weight: SELDOM.has(each[0]) ? 1 : 3, arbitrary: request(each) })),
);
const usualRequest = fc.oneof(
  ...OFTEN.map((name) => {
    const found = requests.find(([each]) => each === name);
    if (!found) throw new Error(`${name}: is no command of the contract`);
    return request(found);
  }),
);
const outsider: Arbitrary<string | null> = fc.option(fc.constantFrom(...Object.values(subjects).flat()));

/** Each request of the contract, some times over. */
export function everyRequest(seed: number, times: number): readonly Operation[] {
  return Array.from({ length: times }, (_, n) =>
    requests.flatMap((each) => fc.sample(request(each), { seed: seed + n, numRuns: 1 })),
  ).flat();
}

/** What anybody may do. */
const business: readonly { readonly weight: number; readonly arbitrary: Arbitrary<Operation> }[] = [
  { weight: 8, arbitrary: usualRequest },
  { weight: 6, arbitrary: anyRequest },
  { weight: 2, arbitrary: fc.record({ again: few }) },
  {
    weight: 3,
    arbitrary: fc.record({
      forge: fc.constantFrom(...internal),
      n: few,
      by: outsider,
    }),
  },
  { weight: 4, arbitrary: fc.record({ provider: fc.constantFrom(...behaviours), n: few }) },
  {
    weight: 1,
    arbitrary: fc.record({
      presence: fc.constantFrom('came' as const, 'went' as const),
      device: fc.constantFrom(...subjects.device),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ms: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(60_000, 130_000, 310_000)),
    }),
  },
];

/** One operation, where there are so many nodes. */
export function operationOn(nodes: number): Arbitrary<Operation> {
  const [faults, stores] = [fc.constantFrom(...askable(nodes)), fc.constantFrom(...storeFaults(nodes))];
  return fc.oneof(
    ...business,
    { weight: nodes > 1 ? 5 : 3, arbitrary: fc.record({ fault: faults, times: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ store: stores, ms: fc.integer({ min: 5, max: 500 }) }) },
  );
}

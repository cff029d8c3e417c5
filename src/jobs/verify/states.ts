/**
 * What actors answer against what their entries say: the figures that people are shown come from the actors' states,
 * and must be those of the audit's own fold. It is asked with the actor's last seq known; one that has moved on since
 * is counted and let be.
 */
import type { ActorId, Json } from '../../store/ports.js';
import type { Findings } from './findings.js';
import type { Fold } from './fold.js';
import type { Figures } from './sums.js';
import { canonical } from './views.js';

/** An actor's answer to a read, with the seq of the state that it was read from; or why there is none. */
export type ReadState = (
  actor: ActorId,
  name: string,
  input: Json,
) => Promise<{ readonly value: Json; readonly seq: number } | { readonly error: string }>;

type Totals = Readonly<Record<string, { readonly key: string; readonly amount: number; readonly orders: number }>>;
type Slots = readonly Readonly<Record<'slot' | 'count' | 'reserved' | 'price', number> & { product: string }>[];

/** One question to an actor, and what of its answer must be what. */
interface Question {
  readonly name: string;
  readonly input?: Json;
  /** What was answered beside what is right. */
  readonly compare: (answer: Json, fold: Fold) => Readonly<Record<string, readonly [is: Json, right: Json]>>;
}

/** The shape is that of the read; one that has another differs. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the shape that the answer is read in
function ask<T>(name: string, compare: (answer: T, fold: Fold) => ReturnType<Question['compare']>, input: Json = {}) {
  return { name, input, compare: (answer: Json, fold: Fold) => compare(answer as T, fold) };
}

const top = (list: 'devices' | 'stations' | 'drivers' | 'products'): Question =>
  ask<readonly (Figures & { id: string })[]>(
    'top',
    (answer, { ranked }) => {
      const rows = [...ranked.list(list)].sort(([a, x], [b, y]) => y.amount - x.amount || (a < b ? -1 : 1));
      const right = rows.slice(0, TOP).map(([id, { amount, count }]) => ({ id, amount, count }));
      return { [`top ${list}`]: [answer.map(({ id, amount, count }) => ({ id, amount, count })), right] };
    },
    { list, limit: TOP },
  );
const TOP = 100;

const questions: Readonly<Record<string, readonly Question[]>> = {
  device: [
    ask<{ counters: Json; slots: Slots; totals: Totals }>('home', ({ counters, slots, totals }, fold) => ({
      counters: [counters, { ...fold.orders.counters, open: fold.orders.open.size }],
      slots: [
        slots.map(({ slot, product, count, reserved, price }) => [String(slot), product, count, reserved, price]),
        [...fold.shelves.byName].map(([name, s]) => [name, s.product, s.count, s.reserved, s.price]),
      ],
      totals: [
        Object.entries(totals).map(([span, { key, amount, orders }]) => [span, key, amount, orders]),
        Object.entries(totals).map(([span, { key }]) => [span, key, ...figuresOf(fold, `${span}.${key}`)]),
      ],
      'all orders': [totals['all']?.orders ?? 0, figuresOf(fold, 'all.all')[1]],
    })),
  ],
  station: [
    ask<{ supply: readonly { product: string; free: number; price: number }[] }>('page', ({ supply }, fold) => ({
      supply: [
        Object.fromEntries(supply.map(({ product, free, price }) => [product, [free, price]])),
        Object.fromEntries([...fold.shelves.byName].map(([name, s]) => [name, [s.count - s.reserved, s.price]])),
      ],
    })),
    ask<{ periods: readonly { period: string; key: string; report: Figures }[] }>('figures', ({ periods }, fold) => ({
      figures: [
        periods.map(({ period, key, report }) => [period, key, report.amount, report.count]),
        periods.map(({ period, key }) => [period, key, ...figuresOf(fold, `${period}.${key}`)]),
      ],
      'all orders': [periods.find(({ key }) => key === 'all')?.report.count ?? 0, figuresOf(fold, 'all.all')[1]],
    })),
  ],
  wallet: [
    ask<{ balances: Readonly<Record<string, number>> }>('balance', ({ balances }, { accounts, self }) => ({
      balances: [
        Object.fromEntries(Object.entries(balances).filter(([, balance]) => balance !== 0)),
        Object.fromEntries(accounts.of(self)),
      ],
    })),
  ],
  driver: [
    ask<{ carried: readonly { product: string; units: number }[] }>('home', ({ carried }, { accounts, self }) => ({
      carried: [
        Object.fromEntries(carried.map(({ product, units }) => [product, units])),
        Object.fromEntries(accounts.of(`${self}/carried`)),
      ],
    })),
  ],
  ranking: [
    ask<Readonly<Record<'devices' | 'stations', { amount: number; orders: number }>>>(
      'totals',
      (totals, { ranked }) => ({
        devices: [totals.devices, { amount: ranked.totals.devices.amount, orders: ranked.totals.devices.count }],
        stations: [totals.stations, { amount: ranked.totals.stations.amount, orders: ranked.totals.stations.count }],
      }),
    ),
    top('devices'),
    top('stations'),
    top('drivers'),
    top('products'),
  ],
  fleet: [
    ask<Json>('census', (answer, { census }) => ({
      census: [answer, { total: census.total, online: census.online }],
    })),
  ],
};

/** Asks an actor whose last entry has been read. */
export async function checkState(read: ReadState, fold: Fold, findings: Findings): Promise<void> {
  // A device or a station without a currency was never registered: it answers nothing.
  if ((fold.kind === 'device' || fold.kind === 'station') && fold.currency === '') return;
  for (const { name, input = {}, compare } of questions[fold.kind] ?? []) {
    const answer = await read(fold.self, name, input);
    findings.count('states');
    if ('error' in answer) {
      findings.wrong('states', fold.self, `does not answer ${name}: ${answer.error}`);
    } else if (answer.seq !== fold.seq) {
      findings.count('moved on meanwhile');
    } else {
      for (const [what, [is, right]] of Object.entries(compare(answer.value, fold))) {
        const [told, should] = [canonical(is), canonical(right)];
        if (told !== should) findings.wrong('states', fold.self, `${what}: answers ${told}, and should ${should}`);
      }
    }
  }
}

function figuresOf({ sums }: Fold, span: string): readonly [amount: number, count: number] {
  const { amount = 0, count = 0 } = sums.bySpan.get(span) ?? {};
  return [amount, count];
}

/**
 * The payment provider of a simulated world: pays, refuses, pays late, at the last moment, twice, never, a wrong
 * amount.
 */
import type { ProviderEffects, ProviderWord, Receipt } from '../../src/actors/payment/commands.js';
import type { Json, Outcome } from '../../src/store/ports.js';
import type { VirtualClock } from '../support/virtual-clock.js';
import type { WorldFaults } from './faults.js';

export const behaviours = ['pays', 'refuses', 'paysLate', 'paysAtTheEnd', 'paysTwice', 'never', 'wrongAmount'] as const;
export type Behaviour = (typeof behaviours)[number];

/** A payment at the last moment is drawn more often: it takes luck to meet the timer on its way. */
const drawn: readonly Behaviour[] = [...behaviours, 'paysAtTheEnd', 'paysAtTheEnd'];

type Order = ProviderEffects['create']['input'];
type Refund = ProviderEffects['refund']['input'];

/** Later than any payment is waited for. */
const LATE_MS = 45 * 60_000;
/** A payment at the last moment comes when whoever waits for it gives up: mostly within ms, at most so far off, ms. */
const AT_THE_END_MS = 3000;

export class Provider {
  private readonly words = new Map<string, ProviderWord>();
  private readonly orders = new Map<string, Order>();
  private readonly receipts = new Map<string, readonly Receipt[]>();
  private readonly refunds = new Map<string, Refund>();
  private serials = 0;
  /** How often it behaved in each way. */
  readonly counts = Object.fromEntries(behaviours.map((behaviour) => [behaviour, 0])) as Record<Behaviour, number>;

  constructor(
    private readonly clock: VirtualClock,
    private readonly faults: WorldFaults,
    /** A call-back: told until somebody has taken it. */
    private readonly callBack: (payment: string, word: ProviderWord) => void,
  ) {}

  /** How the payments that are made from now on behave; absent: as the seed says. */
  behaviour: Behaviour | undefined;

  readonly effect = (type: string, input: Json): Promise<Outcome> => {
    if (this.faults.strikes('effectFailed')) return Promise.reject(new Error('the provider does not answer'));
    const answer = this.carryOut(type, input);
    if (this.faults.strikes('effectUnheard')) return Promise.reject(new Error('the answer of the provider is lost'));
    return Promise.resolve(answer);
  };

  /** Ids of the payments that it was asked for, in their order. */
  get payments(): readonly string[] {
    return [...this.orders.keys()];
  }

  /** What it has taken and not given back, by its own books, by currency. */
  get kept(): ReadonlyMap<string, number> {
    const kept = new Map<string, number>();
    const add = (currency: string, amount: number): void => void kept.set(currency, (kept.get(currency) ?? 0) + amount);
    for (const { currency, amount } of [...this.receipts.values()].flat()) add(currency, amount);
    for (const { currency, amount } of this.refunds.values()) add(currency, -amount);
    return kept;
  }

  /** From now on it behaves so about a payment that it was asked for. */
  behave(payment: string, behaviour: Behaviour): void {
    const order = this.orders.get(payment);
    if (!order) return;
    const { amount, currency, expiresAt } = order;
    this.counts[behaviour]++;
    const says = (word: ProviderWord): void => {
      this.words.set(payment, word);
      this.callBack(payment, word);
    };
    const pays = (ms: number, paid = amount): void => {
      this.clock.after(ms, () => {
        const receipt = { serial: `x_${++this.serials}`, amount: paid, currency, at: 500 };
        const receipts = [...(this.receipts.get(payment) ?? []), receipt];
        this.receipts.set(payment, receipts);
        says({ result: 'paid', receipts });
      });
    };
    const { random } = this.faults;
    const soon = 500 + random() * 5000;
    const told: Record<Behaviour, () => void> = {
      pays: () => {
        pays(soon);
      },
      refuses: () => {
        this.clock.after(soon, () => {
          if (!this.receipts.has(payment)) says({ result: 'refused' });
        });
      },
      paysLate: () => {
        pays(LATE_MS);
      },
      paysAtTheEnd: () => {
        pays(expiresAt - this.clock.now() + (2 * random() - 1) ** 5 * AT_THE_END_MS);
      },
      paysTwice: () => {
        pays(soon);
        pays(soon + 2000);
      },
      never: () => undefined,
      wrongAmount: () => {
        pays(soon, amount - 1);
      },
    };
    told[behaviour]();
  }

  private carryOut(type: string, input: Json): Outcome {
    if (type === 'refund') {
      const back = input as Refund;
      this.refunds.set(`${back.payment} ${back.refund}`, back);
      return ok({ at: 1000 });
    }
    const asked = input as Order;
    if (type === 'query') return ok(this.words.get(asked.payment) ?? { result: 'waiting' });
    if (!this.orders.has(asked.payment)) {
      this.orders.set(asked.payment, asked);
      this.words.set(asked.payment, { result: 'waiting' });
      this.behave(asked.payment, this.behaviour ?? this.faults.pick(drawn));
    }
    return ok({ url: `http://provider/${asked.payment}` });
  }
}

function ok(value: Json): Outcome {
  return { ok: true, value };
}

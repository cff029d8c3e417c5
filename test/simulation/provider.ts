/** The payment provider of a simulated world: pays, refuses, pays late, twice, never, a wrong amount. */
import type { ProviderEffects, ProviderWord, Receipt } from '../../src/actors/payment/commands.js';
import type { Json, Outcome } from '../../src/store/ports.js';
import type { VirtualClock } from '../support/virtual-clock.js';
import type { WorldFaults } from './faults.js';

export const behaviours = ['pays', 'refuses', 'paysLate', 'paysTwice', 'never', 'wrongAmount'] as const;
export type Behaviour = (typeof behaviours)[number];

/** Later than any payment is waited for. */
const LATE_MS = 45 * 60_000;

export class Provider {
  private readonly words = new Map<string, ProviderWord>();
  private serials = 0;
  readonly seen = new Set<Behaviour>();

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
    const asked = input as ProviderEffects['create']['input'];
    if (type === 'query') return Promise.resolve(ok(this.words.get(asked.payment) ?? { result: 'waiting' }));
    if (type === 'create' && !this.words.has(asked.payment)) this.create(asked);
    return Promise.resolve(ok(type === 'create' ? { url: `http://provider/${asked.payment}` } : { at: 1000 }));
  };

  private create({ payment, amount, currency }: ProviderEffects['create']['input']): void {
    const behaviour = this.behaviour ?? this.faults.pick(behaviours);
    this.seen.add(behaviour);
    this.words.set(payment, { result: 'waiting' });
    const receipt = (paid: number): Receipt => ({ serial: `x_${++this.serials}`, amount: paid, currency, at: 500 });
    const says = (word: ProviderWord, ms: number): void => {
      this.clock.after(ms, () => {
        this.words.set(payment, word);
        this.callBack(payment, word);
      });
    };
    const soon = 500 + this.faults.random() * 5000;
    const first = receipt(amount);
    const told: Record<Behaviour, () => void> = {
      pays: () => {
        says({ result: 'paid', receipts: [first] }, soon);
      },
      refuses: () => {
        says({ result: 'refused' }, soon);
      },
      paysLate: () => {
        says({ result: 'paid', receipts: [first] }, LATE_MS);
      },
      paysTwice: () => {
        says({ result: 'paid', receipts: [first] }, soon);
        says({ result: 'paid', receipts: [first, receipt(amount)] }, soon + 2000);
      },
      never: () => undefined,
      wrongAmount: () => {
        says({ result: 'paid', receipts: [receipt(amount - 1)] }, soon);
      },
    };
    told[behaviour]();
  }
}

function ok(value: Json): Outcome {
  return { ok: true, value };
}

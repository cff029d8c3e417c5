/** A provider as `effect:provider` meets it, without HTTP: a test says what it answers, and sees what it was asked. */
import type { ProviderEffects, ProviderWord, Receipt } from '../../src/actors/payment/commands.js';
import type { Json, Outcome } from '../../src/store/ports.js';
import type { Stage } from './stage.js';

export type Asked = { readonly type: string; readonly input: Json; readonly id: string };

export class ScriptedProvider {
  readonly asked: Asked[] = [];
  /** What it says of each payment when asked; absent: `waiting`. */
  readonly words = new Map<string, ProviderWord>();
  /** Set: orders, or refunds, are refused with these words. */
  refusing: { create?: string; refund?: string } = {};
  private serials = 0;

  readonly effect = (type: string, input: Json, id: string): Outcome => {
    this.asked.push({ type, input, id });
    const { payment } = input as ProviderEffects['query']['input'];
    if (type === 'query') return ok(this.words.get(payment) ?? { result: 'waiting' });
    const words = this.refusing[type as 'create' | 'refund'];
    if (words !== undefined) return { ok: false, error: { code: 'provider_refused', message: words } };
    return ok(type === 'create' ? { url: `http://provider/${payment}` } : { at: 1_000 });
  };

  /** A receipt with a serial of its own. */
  receipt(amount: number, currency = 'CNY'): Receipt {
    return { serial: `x_${++this.serials}`, amount, currency, at: 500 };
  }
}

/** A call-back as the gateway passes it on. */
export function callBack(stage: Stage, payment: string, word: ProviderWord, id?: string): Promise<Outcome> {
  return stage.ask(`payment:${payment}`, 'confirm', word, 'provider:sandbox', id);
}

export function paid(...receipts: readonly Receipt[]): ProviderWord {
  return { result: 'paid', receipts };
}

function ok(value: Json): Outcome {
  return { ok: true, value };
}

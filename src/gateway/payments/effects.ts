/** `effect:provider`: carries out what payments promised to ask of their provider, at least once (ENGINE 15). */
import type { ProviderEffects } from '../../actors/payment/commands.js';
import type { EffectHandler } from '../../actors/runtime/effects.js';
import type { PaymentProviders } from './provider.js';

type Asked = {
  [T in keyof ProviderEffects]: { readonly type: T; readonly input: ProviderEffects[T]['input'] };
}[keyof ProviderEffects];

/** Throws when nothing is known, so that the engine sends the message again. */
export function providerEffect(providers: PaymentProviders): EffectHandler {
  return async (type, input, id, signal) => {
    // The input is of our own entry; `toProvider` checked its type where it was written.
    const asked = { type, input } as Asked;
    const provider = providers[asked.input.provider];
    if (!provider) throw new Error(`${id}: no payment provider ${asked.input.provider} is set up`);
    switch (asked.type) {
      case 'create':
        return provider.create(asked.input, signal);
      case 'query':
        return provider.query(asked.input, signal);
      case 'refund':
        return provider.refund(asked.input, signal);
    }
  };
}

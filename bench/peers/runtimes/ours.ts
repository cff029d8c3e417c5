/**
 * Ours on a store that keeps nothing: all the rest is as ever, entries, command ids, promises and checks of who met
 * whom.
 */
import { defineActor, messagesTo } from '#built/actors/runtime/definition.js';
import { noMeters } from '#built/actors/runtime/problems.js';
import { createSystem } from '#built/actors/runtime/system.js';
import { nullStore } from '../../reference/null-store.js';
import { ACTORS, type Runtime } from './runtime.js';

type CounterCommands = { count: { input: object; reply: number } };
type TellerCommands = { tell: { input: { from: number; count: number }; reply: null } };

/** No events, or no reads. */
type None = { readonly [N in never]: never };

const counter = defineActor<{ count: number }, CounterCommands, { counted: object }, None>({
  kind: 'counter',
  version: 1,
  initial: () => ({ count: 0 }),
  decide: { count: ({ count }) => ({ reply: count + 1, events: [{ type: 'counted', data: {} }] }) },
  evolve: {
    counted: (state) => {
      state.count += 1;
    },
  },
});

const toCounter = messagesTo<CounterCommands>('counter');

const teller = defineActor<object, TellerCommands, None, None>({
  kind: 'teller',
  version: 1,
  initial: () => ({}),
  decide: {
    tell: (_state, { from, count }) => ({
      reply: null,
      send: Array.from({ length: count }, (_, i) => toCounter('count', String((from + i) % ACTORS), {})),
    }),
  },
  evolve: {},
});

/** Messages that one turn sends. */
const AT_ONCE = 256;

export function startOurs(): Runtime {
  let counted = 0;
  let awaited: { readonly at: number; readonly reached: () => void } | undefined;
  let asked = 0;
  const system = createSystem({
    store: nullStore(),
    definitions: [counter, teller],
    failed: (error) => {
      throw error;
    },
    meters: {
      ...noMeters,
      turn: (kind) => {
        if (kind === 'counter' && ++counted === awaited?.at) awaited.reached();
      },
    },
  });
  const ask = async (to: `${string}:${string}`, type: string, input: object): Promise<unknown> => {
    const answer = await system.ask({ to, type, input: { ...input }, caller: 'system:bench', id: `c${++asked}` });
    if ('unstored' in answer) throw new Error(answer.unstored.message);
    const { outcome } = answer.value;
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.value;
  };
  return {
    ask: async (number) => (await ask(`counter:${number % ACTORS}`, 'count', {})) as number,
    async tell(count) {
      const all = new Promise<void>((reached) => {
        awaited = { at: counted + count, reached };
      });
      for (let from = 0; from < count; from += AT_ONCE) {
        await ask(`teller:${(from / AT_ONCE) % ACTORS}`, 'tell', {
          from,
          count: Math.min(AT_ONCE, count - from),
        });
      }
      await all;
    },
    stop: () => system.stop(),
  };
}

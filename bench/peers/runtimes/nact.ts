/**
 * nact: an actor is a function of its state and a message; an answer is a message to a reference that came with the
 * question.
 */
import { createRequire } from 'node:module';

import { ACTORS, PACKAGES, type Runtime } from './runtime.js';

type Ref = object;
type Count = { readonly answerTo?: Ref };

/** The part of nact that is used; installed in a folder of its own, or not at all. */
interface Nact {
  readonly start: () => Ref;
  readonly spawn: (
    parent: Ref,
    turn: (state: number, message: Count) => number,
    name: string,
    props: { readonly initialState: number },
  ) => Ref;
  readonly dispatch: (to: Ref, message: unknown) => void;
  readonly query: (to: Ref, question: (answerTo: Ref) => Count, withinMs: number) => Promise<number>;
  readonly stop: (system: Ref) => void;
}

/** ms within which each answer comes, here. */
const WITHIN_MS = 60_000;

export function startNact(): Runtime {
  const nact = createRequire(PACKAGES)('nact') as Nact;
  const { start, spawn, dispatch, query, stop } = nact;
  const system = start();
  const actors = Array.from({ length: ACTORS }, (_, number) =>
    spawn(
      system,
      (count, { answerTo }) => {
        if (answerTo) dispatch(answerTo, count + 1);
        return count + 1;
      },
      `counter${number}`,
      { initialState: 0 },
    ),
  );
  const ask = (number: number): Promise<number> =>
    query(actors[number % ACTORS] ?? system, (answerTo) => ({ answerTo }), WITHIN_MS);
  return {
    ask,
    async tell(count) {
      for (let i = 0; i < count; i++) dispatch(actors[i % ACTORS] ?? system, {});
      // Each actor handles its messages in order, so this answer comes after them.
      await Promise.all(actors.map((_, number) => ask(number)));
    },
    stop: () => {
      stop(system);
      return Promise.resolve();
    },
  };
}

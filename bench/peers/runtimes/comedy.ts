/** comedy: an actor is an object with a method for each kind of message; here all are in the memory of one process. */
import { createRequire } from 'node:module';

import { ACTORS, PACKAGES, type Runtime } from './runtime.js';

interface Actor {
  send(topic: string): Promise<void>;
  sendAndReceive(topic: string): Promise<number>;
  createChild(definition: object): Promise<Actor>;
}

/** The part of comedy that is used; installed in a folder of its own, or not at all. */
type Comedy = (options: object) => { rootActor(): Promise<Actor>; destroy(): Promise<void> };

export async function startComedy(): Promise<Runtime> {
  const comedy = createRequire(PACKAGES)('comedy') as Comedy;
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const system = comedy({ log: silent, test: true });
  const root = await system.rootActor();
  const actors: Actor[] = [];
  for (let number = 0; number < ACTORS; number++) {
    let counted = 0;
    actors.push(await root.createChild({ count: () => ++counted }));
  }
  const actor = (number: number): Actor => actors[number % ACTORS] ?? root;
  return {
    ask: (number) => actor(number).sendAndReceive('count'),
    async tell(count) {
      let last: Promise<void> | undefined;
      for (let i = 0; i < count; i++) last = actor(i).send('count');
      await last;
      await Promise.all(actors.map((one) => one.sendAndReceive('count')));
    },
    stop: () => system.destroy(),
  };
}

import { join } from 'node:path';

import { ClassicLevel } from 'classic-level';

import { openEmbedded } from '../../src/store/embedded/index.js';
import { keys } from '../../src/store/embedded/keys.js';
import { SimulatedStore } from '../../src/store/simulated/index.js';
import { conformance } from './conformance.js';
import { JumpingClock, seeded } from './support/clock.js';

conformance('embedded', async (t, collections) => {
  const folder = t.testdir();
  let store = await openEmbedded(folder, { collections });
  t.teardown(() => store.close());
  const reopen = async () => {
    await store.close();
    store = await openEmbedded(folder, { collections });
    return store;
  };
  return {
    store,
    reopen,
    async damage(actor, seq) {
      await store.close();
      const level = new ClassicLevel(join(folder, 'level'));
      const text = await level.get(keys.entry(actor, seq));
      await level.put(keys.entry(actor, seq), text!.replace('placeSale', 'placeSalf'));
      await level.close();
      return reopen();
    },
  };
});

conformance('simulated', async (_t, collections) => {
  const simulated = new SimulatedStore({ clock: new JumpingClock(), random: seeded(1), collections });
  let store = simulated.open();
  return {
    store,
    async reopen() {
      await store.close();
      store = simulated.open();
      return store;
    },
    async damage(actor, seq) {
      simulated.damage(actor, seq);
      return store;
    },
  };
});

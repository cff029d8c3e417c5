import t, { type Test } from 'tap';

import { readMended } from '../../src/node/mend-views.js';
import { StoreDamaged } from '../../src/store/ports.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import { keys } from '../../src/store/embedded/keys.js';
import type { RebuildTools } from '../../src/jobs/views.js';
import { stationActor } from '../../src/actors/station/index.js';
import { stationsCollection } from '../../src/actors/station/views.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { withLevel } from '../store/support/folder.js';

const { name } = stationsCollection;

/** A store with a damaged row of a station of which the journal knows nothing. */
async function hurt(t: Test, definitions: RebuildTools['definitions']) {
  const folder = t.testdir();
  const collections = [stationsCollection];
  const before = await openEmbedded(folder, { collections });
  await before.views.apply([{ collection: name, id: 'st_1', version: 1, fields: { name: 'North' } }]);
  await before.close();
  await withLevel(folder, (level) => level.put(keys.row(name, 'st_1'), 'x'));
  const store = await openEmbedded(folder, { collections });
  t.teardown(() => store.close());
  const logged: string[] = [];
  const log = { warn: (line: unknown) => logged.push(String(line)) };
  const read = () => store.views.find({ collection: name, index: 'name', limit: 10 });
  return { logged, done: readMended(read, { store, definitions, collections }, log), read };
}

t.test('a view that is damaged at the start is rebuilt, so that the node serves', async (t) => {
  const { logged, done, read } = await hurt(t, [stationActor(defaultTerms)]);
  await done;
  t.same(logged, ['the view stations was damaged, and is rebuilt with 0 rows']);
  t.same((await read()).rows, []);
});

t.test(
  'where no actor of this release keeps the view, the node says what is damaged, and does not start',
  async (t) => {
    const { logged, done } = await hurt(t, []);
    await t.rejects(done, { name: 'StoreDamaged', message: /row st_1 of collection stations is damaged/ });
    t.same(logged, []);
  },
);

t.test('what else keeps the node from reading is no reason to rebuild', async (t) => {
  const views = { damaged: new Set<string>() } as unknown as RebuildTools['store']['views'];
  const tools = { store: { views }, definitions: [], collections: [] } as unknown as RebuildTools;
  const fails = () => Promise.reject(new StoreDamaged('otherwise'));
  await t.rejects(readMended(fails, tools, { warn: () => undefined }), /otherwise/);
});

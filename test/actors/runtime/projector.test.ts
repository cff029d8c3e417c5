import t from 'tap';

import type { Clock } from '../../../src/actors/runtime/clock.js';
import { Projector } from '../../../src/actors/runtime/projector.js';
import type { Row, Views } from '../../../src/store/ports.js';

const row = (version: number): Row => ({ collection: 'sales', id: 's_1', version, fields: { version } });

/** A projector on views whose writes end when the test says so, and the pauses that it asked for. */
function set() {
  let time = 0;
  const pauses: number[] = [];
  let ring: () => void = () => undefined;
  let written: () => void = () => undefined;
  const clock: Clock = {
    now: () => time,
    after: (ms, run) => {
      pauses.push(ms);
      ring = run;
      return () => undefined;
    },
    soon: () => undefined,
  };
  const batches: number[] = [];
  const views: Pick<Views, 'apply'> = {
    apply: (rows) => {
      batches.push(...rows.map(({ version }) => version));
      return new Promise((resolve) => (written = resolve));
    },
  };
  const projector = new Projector(
    views as Views,
    clock,
    () => undefined,
    () => undefined,
  );
  const write = async (ms: number): Promise<void> => {
    ring();
    time += ms;
    written();
    await new Promise(setImmediate);
  };
  return { projector, pauses, batches, write };
}

t.test('rows wait the longer the longer the last write took, between a tenth of a second and a second', async (t) => {
  const { projector, pauses, write } = set();
  for (const ms of [1, 20, 10_000, 0]) {
    projector.add([row(1)]);
    await write(ms);
  }
  projector.add([row(1)]);
  t.same(pauses, [100, 100, 400, 1000, 100]);
});

t.test('a row that changes while it waits is written once, and who waits hears that it is', async (t) => {
  const { projector, batches, write } = set();
  t.equal(await projector.gathered(), true, 'nothing waits');
  projector.add([row(1)]);
  projector.add([row(2)]);
  let heard: boolean | undefined;
  const waiting = projector.gathered().then((written) => (heard = written));
  await new Promise(setImmediate);
  t.equal(heard, undefined, 'nobody is told before the write');
  await write(1);
  t.equal(await waiting, true);
  t.same(batches, [2]);
});

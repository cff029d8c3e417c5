/**
 * What runtime-ask and runtime-tell share: our engine on a store that keeps nothing, in turn with actor runtimes in
 * memory.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Child } from '../kit/child.js';
import { Ends } from '../kit/ends.js';
import { median } from '../kit/rounds.js';
import type { Absent, Measured, Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { ACTORS, PACKAGES } from '../peers/runtimes/runtime.js';
import type { RuntimeName, RuntimeTasks } from '../processes/runtime.js';

const INSTALLED = fileURLToPath(new URL('node_modules', PACKAGES));
const NAMES = ['ours', 'nact', 'comedy'] as const satisfies readonly RuntimeName[];

interface What {
  readonly task: 'asks' | 'tells';
  readonly text: string;
  readonly unit: string;
}

export function runtimeRow(id: string, { task, text, unit }: What): Row {
  return {
    id,
    name: `Actor runtimes in memory: messages ${text}`,
    unit,
    referenceName: 'the faster of nact and comedy',
    aim: { text: 'ahead of both', holds: (ours, reference) => ours > reference },
    leavesOut:
      'That ours makes an entry of each message, as JSON, with its command id and who asked, and answers when a batch of ' +
      'them was stored: the others keep and remember nothing. The store, which keeps nothing here.',
    run: (sizes) => measure(task, sizes),
  };
}

async function measure(task: What['task'], { rounds, warmMs, measureMs }: Sizes): Promise<Measured | Absent> {
  if (!existsSync(INSTALLED))
    return { absent: 'needs `npm ci --ignore-scripts --prefix bench/peers/runtimes/packages`' };
  return Ends.with(async (ends) => {
    const sides = new Map<RuntimeName, { readonly process: Child<RuntimeTasks>; readonly found: number[] }>();
    for (const name of NAMES) {
      const process = ends.stop(await Child.start<RuntimeTasks>('runtime'));
      await process.ask('start', name);
      await process.ask(task, warmMs);
      sides.set(name, { process, found: [] });
    }
    for (let round = 0; round < rounds; round++) {
      for (const { process, found } of sides.values()) found.push(await process.ask(task, measureMs));
    }
    const [ours = NaN, nact = NaN, comedy = NaN] = NAMES.map((name) => median(sides.get(name)?.found ?? []));
    return {
      ours,
      reference: Math.max(nact, comedy),
      load: `${ACTORS} actors, all in one process`,
      seen: `nact ${Math.round(nact).toLocaleString('en-US')}, comedy ${Math.round(comedy).toLocaleString('en-US')}`,
    };
  });
}

/**
 * [attack] How long others wait, and what memory is taken, while a stranger floods, dribbles, breaks and says nothing.
 */
import { join } from 'node:path';

import { Child } from '../kit/child.js';
import { Ends } from '../kit/ends.js';
import { cloneStore, withFolder } from '../kit/folders.js';
import { AS_SHIPPED } from '../kit/roomy.js';
import { median } from '../kit/rounds.js';
import type { Measured, Row } from '../kit/row.js';
import { Served } from '../kit/serve.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import { attacks } from '../load/attacks.js';
import { logIn } from '../load/people.js';
import type { AttackerTasks } from '../processes/attacker.js';
import type { LoadTasks } from '../processes/load.js';
import { street } from '../town/fleets.js';
import { passengerName } from '../town/names.js';

const FACTOR = 2;
const MORE_BYTES = 64 * 2 ** 20;
/** The honest passenger begins a sale, and cancels it, this often, ms. */
const EVERY_MS = 25;
/** So many times as long as another row measures: a tail needs many answers. */
const LONGER = 3;

export const attack: Row = {
  id: 'attack',
  name: 'A passenger’s commands while the server is under attack',
  unit: 'ms p99 under the worst attack',
  referenceName: 'the same passenger alone',
  aim: {
    text: `ratio at most ${FACTOR}, at most ${MORE_BYTES / 2 ** 20} MiB more memory`,
    holds: (ours, reference) => ours / reference <= FACTOR,
  },
  leavesOut:
    'A network. The attacker is one address and one process on the same cores, which lets every other process go first, at the rate ' +
    'that is told: what he takes of the cores is in the numbers. Limits are those of the settings as they are shipped.',
  run: measure,
};

async function measure(sizes: Sizes): Promise<Measured> {
  const transport = bestTransport();
  const { rounds } = sizes;
  const forMs = LONGER * sizes.measureMs;
  const built = await street(sizes);
  return withFolder((folder) =>
    Ends.with(async (ends) => {
      const data = join(folder, 'data');
      await cloneStore(built, data);
      const [server, honest, attacker] = await ends.all([
        Served.start(data, transport, AS_SHIPPED),
        Child.start<LoadTasks>('load'),
        Child.start<AttackerTasks>('attacker'),
      ]);
      attacker.yieldToOthers();
      const { url } = server;
      await honest.ask('passengers', { url, passengers: 1, devices: 1 });
      const { access: token } = await logIn(url, passengerName(1));
      const p99 = async (): Promise<number> => {
        await honest.ask('probe', EVERY_MS);
        await pause(forMs);
        return (await honest.ask('probed', undefined)).p99Ms;
      };
      await p99();
      const before = (await server.memory()).rss;
      const alone: number[] = [];
      const found = [];
      for (const [number, name] of Object.keys(attacks).entries()) {
        const under: number[] = [];
        const outcome = { tried: 0, refused: 0, ended: 0 };
        for (let round = 0; round < rounds; round++) {
          alone.push(await p99());
          await attacker.ask('begin', { name, url, token, from: `127.0.2.${number + 1}` });
          under.push(await p99());
          const { tried, refused, ended } = await attacker.ask('end', undefined);
          outcome.tried += tried;
          outcome.refused += refused;
          outcome.ended += ended;
        }
        const more = (await server.memory()).rss - before;
        found.push({ attack: name, 'p99 ms': median(under), ...outcome, 'MB more': more / 1e6 });
      }
      const most = Math.max(...found.map((line) => line['MB more'])) * 1e6;
      return {
        ours: Math.max(...found.map((line) => line['p99 ms'])),
        reference: median(alone),
        load: `${1_000 / EVERY_MS} sales placed and cancelled a second, ${transport}, each attack ${rounds} times for ${forMs} ms`,
        seen: 'by attack: what was tried, what of it heard a refusal, connections that the server ended',
        curve: found,
        kept: most <= MORE_BYTES,
      };
    }),
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

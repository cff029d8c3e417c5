/** Strangers connect until the process may open nothing more. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import type { Fault } from './fault.js';
import type { Ground } from './ground.js';
import { until } from '../../support/until.js';

/** More than fit. */
const STRANGERS = 600;

const TURNED_AWAY = /new connections are turned away: about (\d+) fit into the files that the process may open/;

export const descriptors: Fault = {
  name: 'descriptors',
  happens: 'few files and connections may be open, and 600 strangers connect',
  expected: 'who is connected goes on, the store too; strangers are closed, and new clients get in again',
  async strike(ground) {
    await ground.busy();
    let strangers: readonly Socket[] = [];
    const told: string[] = [];
    try {
      told.push(
        await ground.logs(async () => {
          strangers = await crowd(ground);
        }, TURNED_AWAY),
      );
      const [, fit = ''] = TURNED_AWAY.exec(told[0] ?? '') ?? [];
      if (Number(fit) > ground.descriptors) ground.stand.ledger.violation(`${fit} connections cannot fit`);
      await ground.goesOn();
      if (ground.stand.town.callers.some(({ connected }) => !connected))
        ground.stand.ledger.violation('a line went down');
    } finally {
      for (const stranger of strangers) stranger.destroy();
    }
    await until('new connections are served', () => isServed(ground));
    await ground.complains(TURNED_AWAY);
    return { stored: 0, lost: 0, told };
  },
};

async function crowd({ stand }: Ground): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(stand.url);
  const strangers: Socket[] = [];
  for (let n = 0; n < STRANGERS; n++) {
    const stranger = connect({ host: hostname, port: Number(port) });
    strangers.push(stranger);
    // Who is refused is one of them, too.
    await once(stranger, 'connect').catch(() => undefined);
    stranger.on('error', () => undefined);
  }
  return strangers;
}

async function isServed(ground: Ground): Promise<boolean> {
  return ground.complaints().then(
    () => true,
    () => false,
  );
}

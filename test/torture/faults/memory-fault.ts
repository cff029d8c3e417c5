/** The heap is small, and then there is none left. */
import type { Fault } from './fault.js';

/** What a town needs is less than half of it. */
const HEAP_MIB = 64;

export const memory: Fault = {
  name: 'memory',
  expected:
    'a small heap is enough; a process that has none left ends, and the next start serves all that was acknowledged',
  async strike(ground) {
    const { stand } = ground;
    await ground.busy();
    const before = await ground.restart({ limits: { heapMiB: HEAP_MIB } });
    await ground.goesOn();
    await ground.busy();
    const { server, ledger } = stand;
    const { stored, lost } = await stand.interrupt(async () => {
      server?.signal('SIGHUP');
      await server?.exited;
    });
    const told = server?.said.find((line) => /heap out of memory/.test(line)) ?? '';
    if (told === '') ledger.violation(`a process without memory said ${server?.said.join('; ') ?? ''}`);
    await ground.start();
    return { stored: before.stored + stored, lost: before.lost + lost, told: [told] };
  },
};

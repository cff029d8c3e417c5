/** The heap, which is small all the time, is full. */
import type { Fault } from './fault.js';

export const memory: Fault = {
  name: 'memory',
  happens: '64 MiB of heap; then all of it is taken',
  expected:
    'a small heap is enough; a process that has none left ends, and the next start serves all that was acknowledged',
  async strike(ground) {
    const { stand } = ground;
    await ground.busy();
    const { server, ledger } = stand;
    const { stored, lost } = await stand.interrupt(async () => {
      server?.signal('SIGHUP');
      await server?.exited;
    });
    const told = server?.said.find((line) => /heap out of memory/.test(line)) ?? '';
    if (told === '') ledger.violation(`a process without memory said ${server?.said.join('; ') ?? ''}`);
    await ground.start();
    return { stored, lost, told: [told] };
  },
};

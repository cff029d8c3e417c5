/* global process */
// Loaded beside a server that is measured: tells its parent what memory it takes, once garbage is collected, or as it
// is, with the longest time in ms that its event loop was late since it was last asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const late = monitorEventLoopDelay({ resolution: 10 });
process.on('message', (asked) => {
  if (asked === 'pulse') {
    const lagMs = late.max / 1e6;
    late.reset();
    late.enable();
    process.send?.({ rss: process.memoryUsage.rss(), lagMs });
    return;
  }
  // Twice: what a finalizer held goes with the second.
  for (let i = 0; i < 2; i++) globalThis.gc?.();
  const { rss } = process.memoryUsage();
  process.send?.({ rss, peak: process.resourceUsage().maxRSS * 1024 });
});
// The channel to the parent does not keep the server alive.
process.channel?.unref();

/* global process */
// Loaded beside a server that is measured: tells its parent what memory it takes, once garbage is collected.
process.on('message', () => {
  globalThis.gc?.();
  const { rss } = process.memoryUsage();
  process.send?.({ rss, peak: process.resourceUsage().maxRSS * 1024 });
});
// The channel to the parent does not keep the server alive.
process.channel?.unref();

/** What the kernel takes of memory for connections, as far as it says. */
import { readFile } from 'node:fs/promises';

const PAGE_BYTES = 4_096;

/**
 * Bytes of the kernel's own structures and of its buffers for TCP, of the whole machine; NaN where they are not to be
 * read.
 */
export async function kernelBytes(): Promise<number> {
  try {
    const [memory, sockets] = await Promise.all([
      readFile('/proc/meminfo', 'utf8'),
      readFile('/proc/net/sockstat', 'utf8'),
    ]);
    const slabKiB = Number(/^Slab: +(\d+) kB$/m.exec(memory)?.[1]);
    const pages = Number(/^TCP: .* mem (\d+)$/m.exec(sockets)?.[1]);
    return slabKiB * 1_024 + pages * PAGE_BYTES;
  } catch {
    return NaN;
  }
}

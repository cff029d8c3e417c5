/**
 * Puts pushes of one stream together that come within a window: one push with the seq of the last and
 * the `prev` of the first, so that followers still see that there is no gap.
 */
import { derive, type Committed } from '../../actors/runtime/committed.js';
import type { Push } from '../../actors/runtime/engine.js';
import type { Clock } from '../../actors/runtime/clock.js';
import type { Coalescing } from '../contract/streams/declare.js';

interface Gathering {
  push: Committed<Push>;
  readonly cancel: () => void;
}

export class Coalescer {
  private readonly gathered = new Map<string, Gathering>();

  constructor(
    private readonly clock: Clock,
    private readonly send: (push: Committed<Push>) => void,
  ) {}

  /** Takes a push; it is sent at the end of the window that the first one opened. */
  add(push: Committed<Push>, { windowMs, merge }: Coalescing): void {
    const { stream, name } = push.value;
    const before = this.gathered.get(stream);
    if (before?.push.value.name === name) {
      const earlier = before.push.value;
      before.push = derive(push, (later) => ({ ...later, prev: earlier.prev, data: merge(earlier.data, later.data) }));
      return;
    }
    // Another name: two pushes of different meaning are not put together.
    this.flush(stream);
    const cancel = this.clock.after(windowMs, () => {
      this.flush(stream);
    });
    this.gathered.set(stream, { push, cancel });
  }

  /** Sends what a stream has gathered, now. */
  flush(stream: string): void {
    const gathering = this.gathered.get(stream);
    if (!gathering) return;
    this.gathered.delete(stream);
    gathering.cancel();
    this.send(gathering.push);
  }

  /** Drops what was gathered for a stream that nobody follows any more. */
  drop(stream: string): void {
    this.gathered.get(stream)?.cancel();
    this.gathered.delete(stream);
  }

  close(): void {
    for (const stream of [...this.gathered.keys()]) this.drop(stream);
  }
}

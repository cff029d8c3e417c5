/**
 * A lock for each device in Redis (`SET NX PX`), and the rankings in sorted sets there.
 *
 * Who waits in this process waits in a line, so that Redis is asked by one of them at a time and nobody polls; only
 * another process makes it wait. A lock is given back without waiting for the answer: what is sent next on the
 * connection comes after it.
 */
import { Redis, type Result } from 'ioredis';

/** ms after which a lock is free again, whatever became of its holder. */
const HELD_MS = 5_000;
/** ms until a lock that another process holds is asked for again, at most. */
const AGAIN_MS = 5;

/** Gives the lock back if it is still the holder's; ARGV[1] is the holder. */
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;

/** Gives the lock back and counts a sale: pairs of sorted set and member, ARGV[2] is the amount. */
const SETTLE = `${RELEASE}
for i = 3, #ARGV, 2 do redis.call('zincrby', ARGV[i], ARGV[2], ARGV[i + 1]) end`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    release(key: string, holder: string): Result<null, Context>;
    settle(key: string, holder: string, amount: number, ...scores: readonly string[]): Result<null, Context>;
  }
}

/** Counted when the lock is given back: sorted sets and members, in pairs, and what they grow by. */
export interface Scores {
  readonly amount: number;
  readonly pairs: readonly string[];
}

export class Locks {
  private readonly lines = new Map<string, Promise<unknown>>();
  private readonly redis: Redis;
  private taken = 0;

  constructor(url: string) {
    this.redis = new Redis(url, { enableAutoPipelining: true });
    this.redis.defineCommand('release', { numberOfKeys: 1, lua: RELEASE });
    this.redis.defineCommand('settle', { numberOfKeys: 1, lua: SETTLE });
  }

  /** Runs `work` under the lock of a device; `scores` are read of what it gives. */
  with<T>(device: string, work: () => Promise<T>, scores?: (done: T) => Scores): Promise<T> {
    const before = this.lines.get(device) ?? Promise.resolve();
    const done = before.then(() => this.locked(`lock:${device}`, work, scores));
    const ended = done.then(
      () => undefined,
      () => undefined,
    );
    this.lines.set(device, ended);
    void ended.then(() => {
      if (this.lines.get(device) === ended) this.lines.delete(device);
    });
    return done;
  }

  close(): void {
    this.redis.disconnect();
  }

  private async locked<T>(key: string, work: () => Promise<T>, scores?: (done: T) => Scores): Promise<T> {
    const holder = `${process.pid}.${++this.taken}`;
    while ((await this.redis.set(key, holder, 'PX', HELD_MS, 'NX')) === null) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * AGAIN_MS));
    }
    try {
      const done = await work();
      if (!scores) this.sent(this.redis.release(key, holder));
      else {
        const { amount, pairs } = scores(done);
        this.sent(this.redis.settle(key, holder, amount, ...pairs));
      }
      return done;
    } catch (error) {
      this.sent(this.redis.release(key, holder));
      throw error;
    }
  }

  /** Nobody waits for it; a lock that Redis did not hear of being given back ends by itself. */
  private sent(answer: Promise<unknown>): void {
    answer.catch(() => undefined);
  }
}

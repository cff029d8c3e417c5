/** Many devices on lines of their own, spread over loopback addresses: they stay idle, or come back all at once. */
import { deviceId, keyOf } from '../town/names.js';
import { Line, type Door } from './line.js';

/** Devices of one address: fewer than it has ports for one server. */
const OF_AN_ADDRESS = 5_000;
/** What a client waits for an answer, and between two tries, ms: as socket.io's own does. */
const WITHIN_MS = 20_000;
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

export interface Fleet {
  readonly url: string;
  /** Numbers of the devices: from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  /** Before a bare server they say nothing of themselves. */
  readonly bare?: boolean;
}

/** Which devices are there, by number. */
export class Lines {
  private readonly lines = new Map<number, Line>();

  get here(): number {
    let count = 0;
    for (const { isHere } of this.lines.values()) if (isHere) count += 1;
    return count;
  }

  /** Connects a fleet, some at a time; whoever is refused is a fault of the benchmark. */
  async connect({ url, from, to, bare = false }: Fleet, atOnce: number): Promise<void> {
    let next = from;
    const one = async (): Promise<void> => {
      while (next < to) await this.open(url, next++, bare);
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  }

  /**
   * All of a fleet connect in the same moment; whoever does not come in tries again after a pause, as a client of
   * socket.io does. Gives the ms until each was there; those that were not by `withinMs` are left out.
   */
  async storm({ url, from, to }: Fleet, withinMs: number): Promise<readonly number[]> {
    const began = performance.now();
    const times: number[] = [];
    const one = async (number: number): Promise<void> => {
      for (let pause = PAUSE_MS; performance.now() - began < withinMs; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        try {
          await this.open(url, number);
          times.push(performance.now() - began);
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
        }
      }
    };
    await Promise.all(Array.from({ length: to - from }, (_, i) => one(from + i)));
    return times;
  }

  private async open(url: string, number: number, bare = false): Promise<void> {
    const door: Door = { url, from: `127.0.1.${1 + Math.floor(number / OF_AN_ADDRESS)}` };
    const device = deviceId(number);
    this.lines.set(number, await Line.open(door, bare ? {} : { device, key: keyOf(device) }, WITHIN_MS));
  }
}

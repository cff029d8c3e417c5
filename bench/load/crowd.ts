/**
 * One speaks, many hear: a device reports faults and takes them back, each told to all who follow the device as its
 * owner; before a bare server, the same bytes to a room. A thing is told when every socket has heard it.
 */
import type { Socket } from 'socket.io-client';

import { deviceId, driverName } from '../town/names.js';
import { connectDevices, logIn } from './people.js';
import { ask, connect, connectAll, send } from './sockets.js';

interface Push {
  readonly data: { readonly fault: string };
}

/** Says something of that name, to be heard by all. */
type Say = (name: string, chain: number, step: number) => Promise<unknown>;

/** The device that speaks: its number in the town, and the node that it is connected to. */
export interface Mouth {
  readonly device: number;
  readonly deviceUrl: string;
}

export class Crowd {
  /** By name: who waits, and how many have not heard yet. */
  private readonly waiting = new Map<string, { left: number; resolve: () => void }>();

  private constructor(
    private readonly ears: readonly Socket[],
    private readonly say: Say,
  ) {
    for (const ear of ears) {
      ear.on('push', ({ data }: Push) => {
        this.hear(data.fault);
      });
    }
  }

  /** A device, and its driver on so many sockets: of a town in which each driver has one. */
  static async ofOurs(url: string, count: number, mouth: Mouth): Promise<Crowd> {
    const device = deviceId(mouth.device);
    const [box] = await connectDevices(mouth.deviceUrl, mouth.device + 1, mouth.device);
    const { access: token } = await logIn(url, driverName(mouth.device));
    const ears = await connectAll(
      url,
      Array.from({ length: count }, () => ({ token })),
    );
    await Promise.all(ears.map((ear) => ask(ear, 'stream.follow', '', { stream: `device:${device}/owner` })));
    const run = `f${Date.now()}`;
    return new Crowd(ears, async (name, _chain, step) => {
      if (!box) throw new Error('the device did not connect');
      const type = step % 2 === 0 ? 'device.reportFault' : 'device.clearFault';
      await ask(box, type, `${run}.${step}`, { fault: name });
    });
  }

  /** Sockets of a bare server, which are all in one room; one more speaks. */
  static async ofBare(url: string, count: number): Promise<Crowd> {
    const ears = await connectAll(
      url,
      Array.from({ length: count }, () => ({})),
    );
    const mouth = await connect(url);
    return new Crowd(ears, (fault, _chain, step) => {
      const push = { stream: `device:${deviceId(0)}/owner`, seq: step, prev: step, name: 'device.fault' };
      return send(mouth, 'say', { ...push, data: { fault, at: Date.now() } });
    });
  }

  /** Tells two things, one after the other; returns how many deliveries that were. */
  async tell(chain: number, step: number): Promise<number> {
    const name = `fault.${chain}`;
    for (const next of [step, step + 1]) {
      const heard = this.heard(name);
      await this.say(name, chain, next);
      await heard;
    }
    return 2 * this.ears.length;
  }

  private heard(name: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(name, { left: this.ears.length, resolve }));
  }

  private hear(name: string): void {
    const one = this.waiting.get(name);
    if (!one) return;
    one.left -= 1;
    if (one.left > 0) return;
    this.waiting.delete(name);
    one.resolve();
  }
}

/** Whole sales through sockets: passengers place and pay, devices hear what to drop and report, passengers hear the end. */
import type { Socket } from 'socket.io-client';

import { deviceId } from '../town/devices.js';
import { connectDevices, connectPassengers, type Passenger } from './people.js';
import { ask } from './sockets.js';

interface Push {
  readonly name: string;
  readonly data: {
    readonly sale: string;
    readonly lines?: readonly { readonly slot: number; readonly units: number }[];
  };
}

export class Shoppers {
  /** By sale: who waits for its end. */
  private readonly waiting = new Map<string, () => void>();
  /** Sales that ended before anybody waited. */
  private readonly ended = new Set<string>();
  private readonly run = `b${Date.now()}`;

  private constructor(
    private readonly passengers: readonly Passenger[],
    private readonly devices: readonly Socket[],
  ) {}

  /** Connects passengers and devices of a town; each passenger follows his sales at every device. */
  static async arrive(url: string, devices: number, passengers: number): Promise<Shoppers> {
    const boxes = await connectDevices(url, devices);
    const shoppers = new Shoppers(await connectPassengers(url, passengers), boxes);
    await shoppers.follow();
    return shoppers;
  }

  /** One whole sale of a chain: a passenger and a device that stay the same. */
  async buy(chain: number, step: number): Promise<number> {
    const { socket } = at(this.passengers, chain % this.passengers.length);
    const device = deviceId(this.deviceOf(chain));
    const id = `${this.run}.${step}`;
    const order = { device, lines: [{ slot: 1 + (step % SLOTS), units: 1 }] };
    const { sale } = await ask<{ sale: string }>(socket, 'sale.place', id, order);
    const settled = this.ends(sale);
    await ask(socket, 'sale.pay', `${id}.p`, { device, sale, method: 'balance' });
    await settled;
    return 1;
  }

  /** Chains of one passenger go to devices of their own, so that none of them has many unpaid sales of his. */
  private deviceOf(chain: number): number {
    const { length } = this.passengers;
    return ((chain % length) + Math.floor(chain / length)) % this.devices.length;
  }

  private async follow(): Promise<void> {
    for (const [number, box] of this.devices.entries()) {
      await ask(box, 'stream.follow', '', { stream: `device:${deviceId(number)}/box` });
      box.on('push', ({ name, data }: Push) => {
        if (name === 'dispense') this.drop(box, data);
      });
    }
    for (const { socket, key } of this.passengers) {
      const streams = this.devices.map((_, number) => `device:${deviceId(number)}/passenger.${key}`);
      await Promise.all(streams.map((stream) => ask(socket, 'stream.follow', '', { stream })));
    }
    for (const { socket } of this.passengers) {
      socket.on('push', ({ name, data }: Push) => {
        if (name === 'sale.settled') this.end(data.sale);
      });
    }
  }

  private drop(box: Socket, { sale, lines = [] }: Push['data']): void {
    const dropped = lines.map(({ slot, units }) => ({ slot, dropped: units }));
    ask(box, 'sale.report', `r.${sale}`, { sale, lines: dropped }).catch((error: unknown) => {
      throw error;
    });
  }

  private ends(sale: string): Promise<void> {
    if (this.ended.delete(sale)) return Promise.resolve();
    return new Promise((resolve) => this.waiting.set(sale, resolve));
  }

  private end(sale: string): void {
    const resolve = this.waiting.get(sale);
    if (!resolve) {
      this.ended.add(sale);
      return;
    }
    this.waiting.delete(sale);
    resolve();
  }
}

/** Slots of the devices that are sold from. */
export const SLOTS = 16;

function at<T>(list: readonly T[], i: number): T {
  const item = list[i];
  if (item === undefined) throw new Error('not so many came');
  return item;
}

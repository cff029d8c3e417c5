/**
 * Whole sales through sockets: passengers place and pay, devices hear what to drop and report, passengers hear the end.
 */
import type { Socket } from 'socket.io-client';

import { deviceId } from '../town/names.js';
import { LONGEST } from './chains.js';
import { connectDevices, connectPassengers, type Passenger } from './people.js';
import { ask } from './sockets.js';
import { errand, stops, type Streets } from './walk.js';

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
    private readonly streets: Streets,
  ) {}

  /** Connects passengers and devices of a town; each passenger follows his sales where he buys. */
  static async arrive(url: string, streets: Streets): Promise<Shoppers> {
    const boxes = await connectDevices(url, streets.devices);
    const shoppers = new Shoppers(await connectPassengers(url, streets.passengers), boxes, streets);
    await shoppers.follow();
    return shoppers;
  }

  /** One whole sale. */
  async buy(chain: number, step: number): Promise<number> {
    const { passenger, device, lines } = errand(this.streets, chain, step);
    const { socket } = at(this.passengers, passenger);
    const id = `${this.run}.${step}`;
    const { sale } = await ask<{ sale: string }>(socket, 'sale.place', id, { device, lines });
    const settled = this.ends(sale);
    await ask(socket, 'sale.pay', `${id}.p`, { device, sale, method: 'balance' });
    await settled;
    return 1;
  }

  private async follow(): Promise<void> {
    for (const [number, box] of this.devices.entries()) {
      await ask(box, 'stream.follow', '', { stream: `device:${deviceId(number)}/box` });
      box.on('push', ({ name, data }: Push) => {
        if (name === 'dispense') this.drop(box, data);
      });
    }
    for (const [number, streams] of this.streams().entries()) {
      const { socket } = at(this.passengers, number);
      await Promise.all([...streams].map((stream) => ask(socket, 'stream.follow', '', { stream })));
      socket.on('push', ({ name, data }: Push) => {
        if (name === 'sale.settled') this.end(data.sale);
      });
    }
  }

  /** Of each passenger, by number, where he hears of the sales that he will make. */
  private streams(): readonly ReadonlySet<string>[] {
    const streams = this.passengers.map(() => new Set<string>());
    for (let chain = 0; chain < this.streets.chains; chain++) {
      for (let stop = 0; stop < stops(this.streets); stop++) {
        const { passenger, device } = errand(this.streets, chain, stop * LONGEST);
        streams[passenger]?.add(`device:${device}/passenger.${at(this.passengers, passenger).key}`);
      }
    }
    return streams;
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

function at<T>(list: readonly T[], i: number): T {
  const item = list[i];
  if (item === undefined) throw new Error('not so many came');
  return item;
}

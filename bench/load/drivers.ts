/**
 * Whole restocks through sockets: drivers fill the cart, check out and pay; the depot accepts, makes ready and hands
 * over.
 */
import type { Socket } from 'socket.io-client';

import { CLERK, DEPOT, driverName, productOf } from '../town/names.js';
import { Inbox } from '#built/jobs/traffic/inbox.js';
import { logIn } from './people.js';
import { ask, connect } from './sockets.js';

interface Push {
  readonly name: string;
  readonly data: { readonly restock?: string; readonly code?: string };
}

/** ms that a push may take. */
const WITHIN_MS = 60_000;
const HEARD = ['restock.placed', 'restock.paid', 'restock.accepted', 'goods.received'];

export class Drivers {
  private readonly inbox = new Inbox();
  private readonly run = `d${Date.now()}`;

  private constructor(
    private readonly depot: Socket,
    private readonly drivers: readonly Socket[],
  ) {}

  /** Connects the depot and so many drivers of a town, each of whom hears of his orders. */
  static async arrive(url: string, count: number): Promise<Drivers> {
    const { access: token } = await logIn(url, CLERK);
    const drivers: Socket[] = [];
    const all = new Drivers(await connect(url, { token }), drivers);
    for (let i = 0; i < count; i++) {
      const { access, subject } = await logIn(url, driverName(i));
      const socket = await connect(url, { token: access });
      for (const stream of [`${subject}/me`, `station:${DEPOT}/driver.${subject.slice('driver:'.length)}`]) {
        await ask(socket, 'stream.follow', '', { stream });
      }
      socket.on('push', ({ name, data }: Push) => {
        if (HEARD.includes(name)) all.inbox.put(`${name} ${data.restock ?? ''}`, { name, data });
      });
      drivers.push(socket);
    }
    return all;
  }

  /** One whole restock of a driver: one unit of one product, until he carries it. */
  async fetch(chain: number, step: number): Promise<number> {
    const driver = this.drivers[chain];
    if (!driver) throw new Error('not so many came');
    const id = `${this.run}.${step}`;
    const line = { station: DEPOT, product: productOf(1), units: 1, chosen: true };
    await ask(driver, 'cart.set', `${id}.c`, line);
    const { restocks } = await ask<{ restocks: { restock: string }[] }>(driver, 'restock.checkOut', `${id}.o`, {});
    const [restock = ''] = restocks.map((one) => one.restock);
    await this.heard('restock.placed', restock);
    await ask(driver, 'restock.pay', `${id}.p`, { station: DEPOT, restock, method: 'balance' });
    await this.heard('restock.paid', restock);
    await ask(this.depot, 'restock.accept', `${id}.a`, { restock, lines: [{ product: line.product, units: 1 }] });
    const { code } = await this.heard('restock.accepted', restock);
    await ask(this.depot, 'restock.ready', `${id}.r`, { restock });
    await ask(this.depot, 'restock.handOver', `${id}.h`, { restock, code });
    await this.heard('goods.received', restock);
    return 1;
  }

  private async heard(name: string, restock: string): Promise<Push['data']> {
    const { data } = await this.inbox.wait(`${name} ${restock}`, [name], WITHIN_MS);
    return data as Push['data'];
  }
}

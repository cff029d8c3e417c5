/** The load of the socket rows, in a process of its own: sockets, and chains of requests on them. */
import type { Socket } from 'socket.io-client';

import { serveTasks } from '../kit/child.js';
import type { Times } from '../kit/times.js';
import { Chains, LONGEST, type Rate } from '../load/chains.js';
import { Crowd, type Mouth } from '../load/crowd.js';
import { Carters, Customers } from '../load/customers.js';
import type { UsualDoor } from '../load/door.js';
import { Drivers } from '../load/drivers.js';
import { Lines, type Fleet } from '../load/lines.js';
import { connectDevices, connectPassengers } from '../load/people.js';
import { Probe } from '../load/probe.js';
import { Shoppers } from '../load/shoppers.js';
import { steadily } from '../load/steady.js';
import { ask, connectAll, send } from '../load/sockets.js';
import type { Streets } from '../load/walk.js';
import { deviceId } from '../town/names.js';

export interface SocketLoad {
  readonly inFlight: number;
  readonly devices: number;
  readonly warmMs: number;
  readonly measureMs: number;
}

interface To {
  readonly url: string;
  readonly sockets: number;
}

interface Town {
  readonly url: string;
  readonly passengers: number;
  readonly devices: number;
}

/** Who makes whole sales or restocks: so many at a time. */
interface Buyers {
  readonly chains: number;
  readonly buy: (chain: number, step: number) => Promise<number>;
}

let sockets: readonly Socket[] = [];
let buyers: Buyers | undefined;
let crowd: Crowd | undefined;
/** Idle devices that connect at a time. */
const IDLE_AT_ONCE = 64;
const lines = new Lines();
let probing: Probe | undefined;
/** Steps of sales at a steady rate: numbers that no chain uses. */
let begun = 0;
const STEADY = 2 ** 40;
let runs = 0;

/** The socket of a chain: each has `inFlight` of them. */
function socketOf(chain: number, inFlight: number): Socket {
  const socket = sockets[Math.floor(chain / inFlight)];
  if (!socket) throw new Error('connect first');
  return socket;
}

function arrived(): Buyers {
  if (!buyers) throw new Error('let shoppers, drivers or customers arrive first');
  return buyers;
}

/** One unit out of a slot of a device; answers the sale. */
async function place(socket: Socket, id: string, device: string, slot: number): Promise<string> {
  const { sale } = await ask<{ sale: string }>(socket, 'sale.place', id, { device, lines: [{ slot, units: 1 }] });
  return sale;
}

/** Two durable commands of a passenger. */
async function placeAndCancel(socket: Socket, id: string, number: number, slot: number): Promise<number> {
  const device = deviceId(number);
  const sale = await place(socket, id, device, slot);
  await ask(socket, 'sale.cancel', `${id}.c`, { device, sale });
  return 2;
}

/** The same, one command at each step. */
function placeOrCancel(socket: Socket, run: string): (step: number) => Promise<void> {
  const device = deviceId(0);
  let placed: string | undefined;
  return async (step) => {
    const [id, sale] = [`${run}.${step}`, placed];
    placed = sale === undefined ? await place(socket, id, device, 1) : undefined;
    if (sale !== undefined) await ask(socket, 'sale.cancel', id, { device, sale });
  };
}

const tasks = {
  /** Devices, so that they are online, and passengers, each on a socket of his own. */
  passengers: async ({ url, passengers, devices }: Town): Promise<void> => {
    await connectDevices(url, devices);
    sockets = (await connectPassengers(url, passengers)).map(({ socket }) => socket);
  },

  /** Sockets to a bare server. */
  bare: async ({ url, sockets: count }: To): Promise<void> => {
    sockets = await connectAll(
      url,
      Array.from({ length: count }, () => ({})),
    );
  },

  /** Passengers and devices, ready to sell. */
  shoppers: async ({ url, streets }: { readonly url: string; readonly streets: Streets }): Promise<void> => {
    const arrived = await Shoppers.arrive(url, streets);
    buyers = { chains: streets.chains, buy: (chain, step) => arrived.buy(chain, step) };
  },

  /** The depot and drivers, ready to restock, one order of each at a time. */
  drivers: async ({ url, drivers }: { readonly url: string; readonly drivers: number }): Promise<void> => {
    const arrived = await Drivers.arrive(url, drivers);
    buyers = { chains: drivers, buy: (chain, step) => arrived.fetch(chain, step) };
  },

  /** The same at the usual way's front door. */
  customers: ({ door, streets }: { readonly door: UsualDoor; readonly streets: Streets }): void => {
    const arrived = new Customers(door, streets);
    buyers = { chains: streets.chains, buy: (chain, step) => arrived.buy(chain, step) };
  },
  carters: ({ door, drivers }: { readonly door: UsualDoor; readonly drivers: number }): void => {
    const arrived = new Carters(door, drivers);
    buyers = { chains: drivers, buy: (chain, step) => arrived.fetch(chain, step) };
  },

  /** Durable commands a second: sales placed and cancelled in turn. */
  commands: async ({ inFlight, devices, warmMs, measureMs }: SocketLoad): Promise<number> => {
    const run = `s${Date.now()}.${++runs}`;
    const chains = new Chains(sockets.length * inFlight, async (chain, step) => {
      const socket = socketOf(chain, inFlight);
      return placeAndCancel(socket, `${run}.${step}`, chain % devices, 1 + (chain % 4));
    });
    return (await chains.run(warmMs, measureMs)).perSecond;
  },

  /** Echoes a second, of what `commands` sends. */
  echoes: async ({ inFlight, devices, warmMs, measureMs }: SocketLoad): Promise<number> => {
    const run = `s${Date.now()}.${++runs}`;
    const chains = new Chains(sockets.length * inFlight, async (chain, step) => {
      const order = { device: deviceId(chain % devices), lines: [{ slot: 1 + (chain % 4), units: 1 }] };
      await send(socketOf(chain, inFlight), 'echo', { id: `${run}.${step}`, input: order });
      return 1;
    });
    return (await chains.run(warmMs, measureMs)).perSecond;
  },

  /** Whole sales, or restocks, of those who arrived. */
  sales: ({ warmMs, measureMs }: Pick<SocketLoad, 'warmMs' | 'measureMs'>): Promise<Rate> => {
    const there = arrived();
    return new Chains(there.chains, there.buy).run(warmMs, measureMs);
  },

  /** The same, with so many at a time. */
  someSales: ({ chains, forMs }: { readonly chains: number; readonly forMs: number }): Promise<Rate> =>
    new Chains(chains, arrived().buy).whole(forMs),

  /** The same at a steady rate. */
  steadySales: async ({ perSecond, forMs }: { readonly perSecond: number; readonly forMs: number }) => {
    const { chains, buy } = arrived();
    return steadily({ perSecond, forMs, chains }, (chain) => buy(chain, STEADY + (begun += LONGEST)));
  },

  /** The same, from the first to the last of a run. */
  wholeSales: (forMs: number): Promise<Rate> => {
    const there = arrived();
    return new Chains(there.chains, there.buy).whole(forMs);
  },

  /** Sockets that hear one stream of ours, and a device, there or on another node, that makes it speak. */
  followers: async ({ url, sockets: count, device = 0, deviceUrl = url }: To & Partial<Mouth>): Promise<void> => {
    crowd = await Crowd.ofOurs(url, count, { device, deviceUrl });
  },

  /** The same before a bare server. */
  bareFollowers: async ({ url, sockets: count }: To): Promise<void> => {
    crowd = await Crowd.ofBare(url, count);
  },

  deliveries: ({ inFlight, warmMs, measureMs }: Omit<SocketLoad, 'devices'>): Promise<Rate> => {
    const there = crowd;
    if (!there) throw new Error('gather a crowd first');
    const chains = new Chains(inFlight, (chain, step) => there.tell(chain, step));
    return chains.run(warmMs, measureMs);
  },

  /** From now on the first passenger places and cancels sales, one after the other, begun that often, ms. */
  probe: (everyMs: number): void => {
    const [socket] = sockets;
    if (!socket) throw new Error('connect a passenger first');
    const run = `p${Date.now()}`;
    probing = new Probe(placeOrCancel(socket, run), everyMs);
  },

  /** How long that took. */
  probed: async (): Promise<Times> => {
    const there = probing;
    if (!there) throw new Error('begin to probe first');
    return there.end();
  },

  /** Devices that connect, to ours or to a bare server, and then stay idle. */
  idle: (fleet: Fleet): Promise<void> => lines.connect(fleet, IDLE_AT_ONCE),
};

export type LoadTasks = typeof tasks;

serveTasks(tasks);

/**
 * For how long nobody serves an actor: a device whose actor lives on one node, and whose line is at another, reports
 * faults one after the other while its owner is killed or stopped.
 */
import { nanoid } from 'nanoid';

import { connect, type Client } from '../../src/client/index.js';
import type { ActorId } from '../../src/store/ports.js';
import type { LocalCluster, LocalNode } from '../cluster/local.js';

export class Probe {
  private reported = 0;
  private answered = Date.now();
  private longest = 0;

  private constructor(
    private readonly client: Client,
    readonly actor: ActorId,
  ) {}

  /** A new device that `owner` serves, connected to another node. */
  static async open(cluster: LocalCluster, operator: Client, owner: LocalNode): Promise<Probe> {
    const door = cluster.nodes.find((node) => node !== owner) ?? owner;
    let id = nanoid(10);
    while (cluster.ownerOf(`device:d_${id}`) !== owner) id = nanoid(10);
    const { device, key } = await operator.ask('device.register', { id: `d_${id}`, name: 'Probe' });
    const probe = new Probe(connect(door.url, { auth: { device, key }, withinMs: 60_000 }), `device:${device}`);
    await probe.ask();
    return probe;
  }

  /** Asks once; resolves with the time that the answer took, ms. */
  async ask(): Promise<number> {
    const began = Date.now();
    const fault = `f${Math.floor(this.reported / 2) % 4}`;
    const { faults } = await this.client.ask(this.reported % 2 ? 'device.clearFault' : 'device.reportFault', { fault });
    const expected = (this.reported + 1) % 2;
    if (faults !== expected) throw new Error(`${this.actor}: ${faults} faults instead of ${expected}`);
    this.reported += 1;
    return Date.now() - began;
  }

  /** Asks again and again until `over`; resolves with the longest time between two answers, ms. */
  async watch(over: () => boolean): Promise<number> {
    this.answered = Date.now();
    this.longest = 0;
    while (!over()) {
      await this.ask();
      this.longest = Math.max(this.longest, Date.now() - this.answered);
      this.answered = Date.now();
    }
    return this.longest;
  }

  close(): void {
    this.client.close();
  }
}

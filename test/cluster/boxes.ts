/**
 * Load that notices what is lost or done twice: boxes that report faults one after the other, and then clear them. The
 * answer to each says how many faults the box has, so it must be what its own history says.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { connect, type Client } from '../../src/client/index.js';
import { OPERATOR } from './local.js';

const FAULTS = 8;
/** Between two commands of a box, ms: a server that is as slow as FerretDB must keep up. */
const PAUSE_MS = 150;

export class Boxes {
  /** Commands that were acknowledged. */
  acknowledged = 0;
  /** Refusals and silences that the client's own retry did not cure. */
  readonly failed: string[] = [];
  /** Answers that do not fit the box's history. */
  readonly wrong: string[] = [];
  /** The longest that a command took, ms. */
  slowest = 0;
  private going = true;
  private running: Promise<unknown> = Promise.resolve();

  private constructor(private readonly clients: readonly Client[]) {}

  /** So many boxes, connected to `url`. */
  static async open(url: string, count: number): Promise<Boxes> {
    const guest = connect(url);
    const { access } = await guest.ask('auth.logIn', OPERATOR);
    guest.close();
    const operator = connect(url, { auth: { token: access } });
    const clients: Client[] = [];
    for (let i = 0; i < count; i++) {
      const { device, key } = await operator.ask('device.register', { name: `Box ${i}` });
      clients.push(connect(url, { auth: { device, key }, withinMs: 30_000 }));
    }
    operator.close();
    return new Boxes(clients);
  }

  start(): void {
    this.going = true;
    this.running = Promise.all(this.clients.map((client, i) => this.work(client, i)));
  }

  /** Resolves when every box has the answer that it waits for. */
  async stop(): Promise<void> {
    this.going = false;
    await this.running;
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  private async work(client: Client, i: number): Promise<void> {
    for (let step = 0; this.going || step % (2 * FAULTS) !== 0; step++) {
      const n = step % (2 * FAULTS);
      const request = n < FAULTS ? 'device.reportFault' : 'device.clearFault';
      const expected = n < FAULTS ? n + 1 : 2 * FAULTS - n - 1;
      const began = Date.now();
      try {
        const { faults } = await client.ask(request, { fault: `f${n % FAULTS}` });
        if (faults !== expected) this.wrong.push(`box ${i}, step ${step}: ${faults} faults instead of ${expected}`);
        this.slowest = Math.max(this.slowest, Date.now() - began);
      } catch (error) {
        this.failed.push(`box ${i}: ${String(error)}`);
        return;
      }
      await pause(PAUSE_MS);
      this.acknowledged++;
    }
  }
}

/**
 * A device whose actor lives on one node and whose line is at the same or another: it tells for how long nobody serves
 * the actor, and what a node says to whoever asks for it.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { nanoid } from 'nanoid';

import { connect, type Client, type Refusal } from '../../src/client/index.js';
import type { ActorId } from '../../src/store/ports.js';
import type { LocalCluster, LocalNode } from '../cluster/local.js';
import { until } from '../support/until.js';

/** Between two commands, ms: a server that is as slow as FerretDB must keep up. */
const PAUSE_MS = 10;

/** How long an answer may take, on a machine that has much else to do, ms. */
const PATIENCE_MS = 120_000;

/** Commands that are answered until whatever happened is over. */
const ENOUGH = 5;

/** The longest and the usual time between two answers, ms. */
export interface Gap {
  readonly longest: number;
  readonly usual: number;
}

/** What was said to one try, without the client's own repeats. */
export type Said =
  { readonly ok: true; readonly value: { readonly faults: number } } | { readonly ok: false; readonly error: Refusal };

export class Probe {
  /** Commands that were acknowledged. */
  acknowledged = 0;

  private constructor(
    private readonly client: Client,
    readonly actor: ActorId,
  ) {}

  /** A new device that `owner` serves, connected to `door`; it is in the owner's memory. */
  static async open(cluster: LocalCluster, operator: Client, owner: LocalNode, door: LocalNode): Promise<Probe> {
    let id = nanoid(10);
    while (cluster.ownerOf(`device:d_${id}`) !== owner) id = nanoid(10);
    const { device, key } = await operator.ask('device.register', { id: `d_${id}`, name: 'Probe' });
    const probe = new Probe(connect(door.url, { auth: { device, key }, withinMs: PATIENCE_MS }), `device:${device}`);
    await probe.ask();
    return probe;
  }

  /** Asks until there is an answer, which must fit what was done before; resolves with the time that took, ms. */
  async ask(): Promise<number> {
    const began = Date.now();
    const { name, input } = this.next();
    const { faults } = await this.client.ask(name, input);
    this.heard(faults);
    return Date.now() - began;
  }

  /** Asks once, under `id`. What was not acknowledged is the next command again. */
  async tell(id: string): Promise<Said> {
    const { name, input } = this.next();
    const said = (await this.client.socket.timeout(10_000).emitWithAck(name, { id, input })) as Said;
    if (said.ok) this.heard(said.value.faults);
    return said;
  }

  /** Asks again and again until `work` is done and some more was answered. */
  async during(work: () => Promise<void>): Promise<Gap> {
    let over = false;
    const watching = this.watch(() => over);
    const working = work().then(async () => {
      const then = this.acknowledged;
      await until(`${this.actor} is served`, () => this.acknowledged >= then + ENOUGH, PATIENCE_MS);
    });
    await Promise.race([working, watching]);
    over = true;
    return watching;
  }

  close(): void {
    this.client.close();
  }

  private async watch(over: () => boolean): Promise<Gap> {
    const times: number[] = [];
    let answered = Date.now();
    while (!over()) {
      await pause(PAUSE_MS);
      await this.ask();
      times.push(Date.now() - answered);
      answered = Date.now();
    }
    times.sort((a, b) => a - b);
    return { longest: times.at(-1) ?? 0, usual: times[Math.floor(times.length / 2)] ?? 0 };
  }

  private next(): { name: 'device.reportFault' | 'device.clearFault'; input: { fault: string } } {
    return { name: this.acknowledged % 2 ? 'device.clearFault' : 'device.reportFault', input: { fault: 'jam' } };
  }

  private heard(faults: number): void {
    this.acknowledged += 1;
    const expected = this.acknowledged % 2;
    if (faults !== expected) throw new Error(`${this.actor}: ${faults} faults instead of ${expected}`);
  }
}

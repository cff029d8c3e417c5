/**
 * A town with its server and its payment provider, for tests that treat the server badly: whatever ends it, the store is
 * looked into, it is started again on the same folder, and everybody asks again under the same ids.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Dice } from '../../src/jobs/demo/city/dice.js';
import { autopsy } from './audit.js';
import { Ledger } from './ledger.js';
import { buy, drive } from './people.js';
import { Process, type Exit } from './process.js';
import { Provider } from './provider.js';
import { townSettings, type Environment } from './settings.js';
import { Town, type TownSize } from './town.js';
import { until } from '../support/until.js';

/** Commands that must be on their way when the server is ended. */
export const LEAST_IN_FLIGHT = 200;
/** A line of the server's log that tells an error. */
const ERROR = /^\{"level":[56]0/;

/** The smallest town that keeps {@link LEAST_IN_FLIGHT} commands on their way. */
export const SMALL: TownSize = { devices: 8, passengers: 20, stations: 2, hands: 14 };

/** A server that ended under load. */
export interface Ended {
  /** Commands on their way when it was ended. */
  readonly inFlight: number;
  /** Those of them whose answers were never heard: found in the journal, and not found. All are asked again. */
  readonly stored: number;
  readonly lost: number;
  /** Commands acknowledged since it was started. */
  readonly acknowledged: number;
}

export class Stand {
  readonly ledger = new Ledger();
  server: Process | undefined;
  private settled: Town | undefined;
  /** Acknowledged commands that an autopsy has looked for. */
  private looked = 0;

  private constructor(
    readonly dice: Dice,
    readonly folder: string,
    readonly settings: Environment,
    readonly provider: Provider,
  ) {}

  /** Starts everything and lets the town begin its day. */
  static async open(seed: number, size: TownSize): Promise<Stand> {
    const folder = await mkdtemp(join(tmpdir(), 'backseat-torture-'));
    const settings = await townSettings(folder);
    const stand = new Stand(new Dice(seed), folder, settings, await Provider.start(settings));
    try {
      await stand.start();
      await stand.settle(size);
      return stand;
    } catch (error) {
      await stand.close();
      throw error;
    }
  }

  get town(): Town {
    if (!this.settled) throw new Error('the town is not settled');
    return this.settled;
  }

  /** Everybody is connected, and hears. */
  readonly everybodyBack = (): Promise<void> =>
    until('everybody is back', () => this.town.callers.every(({ present }) => present));

  /** Ends everything. The folder stays for a look when there were violations. */
  async close(): Promise<void> {
    this.settled?.leave();
    await this.server?.end('SIGKILL');
    await this.provider.close();
    if (this.ledger.violations.length === 0) await rm(this.folder, { recursive: true });
  }

  /** Resolves when the server serves. @param fileLimit KiB that no file may grow beyond */
  async start(fileLimit?: number): Promise<void> {
    const limit = fileLimit === undefined ? {} : { fileLimit };
    this.server = new Process({ command: ['serve'], settings: this.settings, ...limit });
    await this.server.ready;
  }

  /** Everybody is there and at work, and much is on its way. */
  async busy(forMs = 0): Promise<void> {
    await this.everybodyBack();
    this.town.open();
    await pause(forMs);
    await until(`${LEAST_IN_FLIGHT} commands in flight`, () => this.ledger.inFlight >= LEAST_IN_FLIGHT);
  }

  /** Ends a busy server by `end`, and looks at what it left, in a copy, so that the next one finds it as it is. */
  async interrupt(end: () => Promise<unknown>, orderly = false): Promise<Ended> {
    const { ledger, town, folder } = this;
    const asked = ledger.sent();
    town.shut();
    await end();
    await until('all lines are down', () => town.callers.every(({ connected }) => !connected));
    const answered = ledger.answered.slice(this.looked);
    this.looked = ledger.answered.length;
    const inFlight = asked.filter(({ outcome }) => outcome === undefined);
    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true });
    try {
      const found = await autopsy(copy, { answered, inFlight }, ledger, orderly);
      return { inFlight: asked.length, ...found, acknowledged: answered.length };
    } finally {
      await rm(copy, { recursive: true });
    }
  }

  kill(): Promise<Exit> {
    return this.end('SIGKILL');
  }

  /** Tells the server to stop; one that does not stop in order is a violation. */
  async stop(): Promise<void> {
    const { code, signal } = await this.end('SIGTERM');
    if (code !== 0) this.ledger.violation(`SIGTERM ended the server with ${code ?? signal ?? ''}`);
  }

  private async settle(size: TownSize): Promise<void> {
    const { ledger, provider, dice, settings } = this;
    const secret = settings['BACKSEAT_TOKEN_SECRET'] ?? '';
    const town = await Town.settle({ url: this.url, secret, ledger, provider }, dice, size);
    this.settled = town;
    for (const { caller, devices } of town.passengers) {
      for (let hand = 0; hand < size.hands; hand++) {
        town.track(`a purchase of ${caller.subject}`, buy(town, caller, devices));
      }
    }
    for (const car of town.cars) town.track(`a restock of ${car.driver.subject}`, drive(town, car));
  }

  get url(): string {
    return `http://127.0.0.1:${this.settings['BACKSEAT_PORT'] ?? ''}`;
  }

  /** Ends the server; what it logged as an error is one. */
  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit> {
    if (!this.server) throw new Error('no server was started');
    const exit = await this.server.end(signal);
    for (const line of this.server.logged) if (ERROR.test(line)) this.ledger.violation(`the server: ${line}`);
    return exit;
  }
}

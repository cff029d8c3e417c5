/**
 * A town with one server on a folder: whatever ends it, the store is looked into before the next one is started on it.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readSettings, type Settings } from '../../src/config.js';
import { Dice } from '../../src/jobs/demo/city/dice.js';
import { autopsy } from './audit.js';
import { Process, type Exit, type Limits } from './process.js';
import { Provider } from './provider.js';
import { townSettings, type Environment } from './settings.js';
import { Stand } from './stand.js';
import { LEAST_IN_FLIGHT, type TownSize } from './town-size.js';
import { until } from '../support/until.js';

/** A line of the server's log that tells an error. */
const ERROR = /^\{"level":[56]0/;

export interface Given {
  /** The data folder; without it a new one. */
  readonly folder?: string;
  /** How each server is started, beside what is said at its start. */
  readonly usual?: Start;
}

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

/** How a server is started, beside the settings of its town. */
export interface Start {
  readonly limits?: Limits;
  readonly settings?: Environment;
  /** Options of node. */
  readonly node?: readonly string[];
}

export class OneServer extends Stand {
  server: Process | undefined;
  /** Errors in the log that are no violation: somebody made them. */
  expected: RegExp | undefined;
  /** All that were started: where a test fails, more than one may still run. */
  private readonly started: Process[] = [];
  /** Acknowledged commands that an autopsy has looked for. */
  private looked = 0;
  private usual: Start = {};

  /** Starts everything and lets the town begin its day. */
  static async open(seed: number, size: TownSize, given: Given = {}): Promise<OneServer> {
    const folder = given.folder ?? (await mkdtemp(join(tmpdir(), 'backseat-torture-')));
    const environment = await townSettings(folder);
    const stand = new OneServer(new Dice(seed), folder, environment, await Provider.start(environment));
    stand.usual = given.usual ?? {};
    try {
      await stand.start();
      await stand.settle(size);
      return stand;
    } catch (error) {
      // Whoever gave the folder clears it away.
      await stand.close(given.folder === undefined);
      throw error;
    }
  }

  get folder(): string {
    return this.place;
  }

  get url(): string {
    return `http://127.0.0.1:${this.environment['BACKSEAT_PORT'] ?? ''}`;
  }

  get urls(): readonly string[] {
    return [this.url];
  }

  get settings(): Settings {
    return readSettings(this.environment);
  }

  /** Ends everything. The folder stays for a look when there were violations, or when it is not to go. */
  async close(folderToo = true): Promise<void> {
    this.leave();
    await Promise.all(this.started.map((server) => server.end('SIGKILL')));
    await this.provider.close();
    if (folderToo && this.ledger.violations.length === 0) await rm(this.folder, { recursive: true });
  }

  /** Resolves when the server serves. */
  async start(how: Start = {}): Promise<void> {
    const settings = { ...this.environment, ...this.usual.settings, ...how.settings };
    this.server = new Process({ command: ['serve'], ...this.usual, ...how, settings });
    this.started.push(this.server);
    await this.server.ready;
  }

  /** Everybody is there and at work, and much is on its way. */
  override busy(inFlight = LEAST_IN_FLIGHT, forMs = 0): Promise<void> {
    return super.busy(inFlight, forMs);
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
      const left = { ...this.settings, dataFolder: copy };
      const found = await autopsy(left, { answered, inFlight }, ledger, orderly);
      return { inFlight: asked.length, ...found, acknowledged: answered.length };
    } finally {
      await rm(copy, { recursive: true });
    }
  }

  kill(): Promise<Exit> {
    return this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    const { code, signal } = await this.end('SIGTERM');
    if (code !== 0) this.ledger.violation(`SIGTERM ended the server with ${code ?? signal ?? ''}`);
  }

  /** Ends the server; what it logged as an error is one. */
  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit> {
    if (!this.server) throw new Error('no server was started');
    const exit = await this.server.end(signal);
    for (const line of this.server.logged)
      if (ERROR.test(line) && !this.expected?.test(line)) this.ledger.violation(`the server: ${line}`);
    return exit;
  }
}

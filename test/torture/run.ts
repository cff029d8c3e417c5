/**
 * The kill test: a town under load, the server killed at random moments and started again on the same folder, clients
 * that ask again under the same ids. After each kill the store is looked into; at the end all of it.
 */
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';

import { auditFolder } from '../../src/commands/verify.js';
import { readSettings } from '../../src/config.js';
import { startSandbox, type Sandbox } from '../../src/gateway/payments/sandbox/server.js';
import { Dice } from '../../src/jobs/demo/city/dice.js';
import { auditAll, autopsy, type Checked } from './audit.js';
import { Ledger } from './ledger.js';
import { buy, drive } from './people.js';
import { ServerProcess } from './server-process.js';
import { OPERATOR, Town, type TownSize } from './town.js';
import { until } from '../support/until.js';

/** Commands that must be on their way when the server is killed. */
export const LEAST_IN_FLIGHT = 200;
/** How long the load runs before the server may be killed, at random, ms. */
const LOAD_MS = [20, 1_000] as const;
/** Acknowledged commands that are asked again after each restart. */
const REPEATED = 50;
/** Between two looks whether anything moves, ms; longer than the pause before a message is sent again. */
const STILL_MS = 400;
/** A line of the server's log that tells an error. */
const ERROR = /^\{"level":[56]0/;
/** Times that what is open may be waited for, with a restart before each. */
const CHANCES = 5;

export interface TortureOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly size: TownSize;
  /** Loops of each passenger that buy at the same time. */
  readonly hands: number;
  readonly onRound?: (round: Round) => void;
}

/** One kill. */
export interface Round {
  readonly round: number;
  /** Commands on their way when the server was killed. */
  readonly inFlight: number;
  /** Those of them whose answers were never heard: found in the journal, and not found. All were asked again. */
  readonly stored: number;
  readonly lost: number;
  /** Commands acknowledged since the kill before. */
  readonly acknowledged: number;
}

export interface TortureReport {
  readonly seed: number;
  /** The data folder, which stays for a look when there are violations. */
  readonly folder: string;
  readonly rounds: readonly Round[];
  readonly acknowledged: number;
  readonly checked: Checked;
  /** Differences that `verify` found. */
  readonly differences: number;
  readonly violations: readonly string[];
}

export async function torture(options: TortureOptions): Promise<TortureReport> {
  const folder = await mkdtemp(join(tmpdir(), 'backseat-torture-'));
  const secret = nanoid(32);
  const sandbox = await startSandbox({ port: 0, secret, payAfterMs: 50, repeatMs: 200 });
  const run = new Torture(options, folder, settingsOf(folder, await freePort(), sandbox, secret));
  try {
    const report = await run.run();
    if (report.violations.length === 0) await rm(folder, { recursive: true });
    return report;
  } finally {
    await run.close();
    await sandbox.close();
  }
}

class Torture {
  private readonly ledger = new Ledger();
  private readonly dice: Dice;
  private readonly rounds: Round[] = [];
  private server: ServerProcess | undefined;
  private town: Town | undefined;
  /** Acknowledged commands that an autopsy has looked for. */
  private looked = 0;

  constructor(
    private readonly options: TortureOptions,
    private readonly folder: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {
    this.dice = new Dice(options.seed);
  }

  async run(): Promise<TortureReport> {
    await this.start();
    const { ledger, dice, options, rounds } = this;
    const secret = this.settings['BACKSEAT_TOKEN_SECRET'] ?? '';
    const town = await Town.settle({ url: this.url, secret, ledger }, dice, options.size);
    this.town = town;
    this.load(town);
    for (let n = 1; n <= options.rounds; n++) {
      const round = await this.round(town, n);
      rounds.push(round);
      options.onRound?.(round);
    }
    town.close();
    const checked = await this.comeToRest(town);
    const { found, differences } = await auditFolder(readSettings(this.settings));
    for (const { room, where, text } of differences) ledger.violation(`verify: ${room} ${where}: ${text}`);
    const { answered, violations } = ledger;
    const [acknowledged, folder] = [answered.length, this.folder];
    return { seed: options.seed, folder, rounds, acknowledged, checked, differences: found, violations };
  }

  async close(): Promise<void> {
    this.town?.leave();
    await this.server?.end('SIGKILL');
  }

  private get url(): string {
    return `http://127.0.0.1:${this.settings['BACKSEAT_PORT'] ?? ''}`;
  }

  private load(town: Town): void {
    for (const { caller, devices } of town.passengers) {
      for (let hand = 0; hand < this.options.hands; hand++) {
        town.track(`a purchase of ${caller.subject}`, buy(town, caller, devices));
      }
    }
    for (const car of town.cars) town.track(`a restock of ${car.driver.subject}`, drive(town, car));
  }

  private async round(town: Town, round: number): Promise<Round> {
    const { ledger, dice, folder } = this;
    await everybodyBack(town);
    town.open();
    await pause(dice.between(...LOAD_MS));
    await until(`${LEAST_IN_FLIGHT} commands in flight`, () => ledger.inFlight >= LEAST_IN_FLIGHT);
    const asked = ledger.unanswered();
    town.shut();
    await this.end('SIGKILL');
    await until('all lines are down', () => town.callers.every(({ connected }) => !connected));
    const answered = ledger.answered.slice(this.looked);
    this.looked = ledger.answered.length;
    const unheard = asked.filter(({ outcome }) => outcome === undefined);
    // In a copy, so that the server itself finds what the kill left.
    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true });
    const found = await autopsy(copy, answered, unheard, ledger);
    await rm(copy, { recursive: true });
    await this.start();
    await Promise.all(Array.from({ length: REPEATED }, () => ledger.repeat(dice.pick(ledger.answered))));
    return { round, inFlight: asked.length, ...found, acknowledged: answered.length };
  }

  /** Lets everything come to its end, and looks at what the server leaves after a stop in order. */
  private async comeToRest(town: Town): Promise<Checked> {
    await town.idle();
    await until('every paid sale is reported', () => allReported(town));
    await town.idle();
    for (let chance = 1; ; chance++) {
      await until('nothing moves any more', () => this.still());
      await this.stop();
      const { open } = await auditAll(this.folder, new Ledger(), []);
      await this.start();
      await everybodyBack(town);
      if (open.length === 0 || chance === CHANCES) break;
    }
    // Nothing more happens, so all pushes have been heard: the last ones were resumed from this last start.
    await this.stop();
    const feeds = town.callers.flatMap((caller) => caller.feeds);
    const checked = await auditAll(this.folder, this.ledger, feeds);
    for (const what of checked.open) this.ledger.violation(`a promise was not kept: ${what}`);
    return checked;
  }

  /** No turn was taken between two looks. */
  private async still(): Promise<boolean> {
    const before = await turnsOf(this.url);
    await pause(STILL_MS);
    return (await turnsOf(this.url)) === before;
  }

  private async start(): Promise<void> {
    this.server = await ServerProcess.start({ settings: this.settings });
  }

  private async stop(): Promise<void> {
    const exit = await this.end('SIGTERM');
    if (exit?.code !== 0) this.ledger.violation(`SIGTERM ended the server with ${exit?.code ?? exit?.signal ?? ''}`);
  }

  /** Ends the server; what it logged as an error is one. */
  private async end(signal: 'SIGKILL' | 'SIGTERM') {
    const exit = await this.server?.end(signal);
    for (const line of this.server?.logged ?? []) if (ERROR.test(line)) this.ledger.violation(`the server: ${line}`);
    return exit;
  }
}

function everybodyBack(town: Town): Promise<void> {
  return until('everybody is back', () => town.callers.every(({ present }) => present));
}

/** Turns that a server has taken, as its metrics count them. */
async function turnsOf(url: string): Promise<string> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics
    .split('\n')
    .filter((line) => line.startsWith('backseat_turns_total'))
    .join('\n');
}

async function allReported(town: Town): Promise<boolean> {
  const homes = await Promise.all(town.cars.map(({ box }) => box.must('device.home', { device: box.key })));
  return homes.every(({ dispenses }) => dispenses.length === 0);
}

/** A server for a town whose callers all come from one address; its timers are short. */
function settingsOf(folder: string, port: number, sandbox: Sandbox, secret: string): Readonly<Record<string, string>> {
  const many = '1000000';
  return {
    ...{ BACKSEAT_DATA: folder, BACKSEAT_HOST: '127.0.0.1', BACKSEAT_PORT: String(port), BACKSEAT_LOG_LEVEL: 'warn' },
    ...{ BACKSEAT_ADMIN_NAME: OPERATOR.name, BACKSEAT_ADMIN_PASSWORD: OPERATOR.password },
    ...{ BACKSEAT_TOKEN_SECRET: nanoid(32), BACKSEAT_ACCESS_MS: String(86_400_000) },
    ...{ BACKSEAT_SANDBOX_URL: sandbox.url, BACKSEAT_SANDBOX_SECRET: secret },
    ...{ BACKSEAT_HASH_MEMORY_KIB: '8', BACKSEAT_HASH_PASSES: '1', BACKSEAT_HASHES_AT_ONCE: '16' },
    ...{ BACKSEAT_SIGN_UPS_PER_MINUTE: many, BACKSEAT_GUESTS_PER_ADDRESS: many },
    ...{ BACKSEAT_ACCOUNT_RATE: many, BACKSEAT_ACCOUNT_BURST: many },
    ...{ BACKSEAT_SOCKET_RATE: many, BACKSEAT_SOCKET_BURST: many },
    ...{ BACKSEAT_ADDRESS_RATE: many, BACKSEAT_ADDRESS_BURST: many },
    ...{ BACKSEAT_ANSWER_WITHIN_MS: '60000', BACKSEAT_PAYMENT_CHECK_MS: '1000' },
    ...{ BACKSEAT_REPORT_EVERY_MS: '1000', BACKSEAT_SLOW_REPORT_EVERY_MS: '3000', BACKSEAT_SWEEP_EVERY_MS: '3000' },
  };
}

/** A loopback port that is free now, the same for all starts, so that clients find the server again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

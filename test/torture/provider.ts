/**
 * The town's payment provider: the sandbox as a process of its own, which outlives the server. It takes its time, and
 * does all that real providers have been seen to do.
 */
import { systemClock } from '../../src/actors/runtime/clock.js';
import { readSettings } from '../../src/config.js';
import { businessDay } from '../../src/actors/shared/period.js';
import type { ProviderStatementLine } from '../../src/gateway/payments/provider.js';
import { behaviours, type Behaviour } from '../../src/gateway/payments/sandbox/behaviour.js';
import { sandboxProvider } from '../../src/gateway/payments/sandbox-provider.js';
import type { Dice } from '../../src/jobs/demo/city/dice.js';
import { Process } from './process.js';
import type { Environment } from './settings.js';

/** How long payers take, at random, ms: often longer than the server lives. */
const PAYS_AFTER_MS = [10, 1_500] as const;
/** Most payers simply pay. */
const SIMPLY = 0.5;
const DAY_MS = 86_400_000;

/** How often shops were called back, how often they heard, and what is still to happen. */
export interface CallBacks {
  readonly pending: number;
  readonly tried: number;
  readonly heard: number;
}

export class Provider {
  private constructor(
    private readonly sandbox: Process,
    private readonly url: string,
    private readonly secret: string,
    readonly zone: string,
  ) {}

  static async start(settings: Environment): Promise<Provider> {
    const command = ['sandbox', '--pay-after', '50', '--repeat', '100'];
    const sandbox = new Process({ command, settings });
    await sandbox.ready;
    const { sandboxUrl, sandboxSecret, zone } = readSettings(settings);
    return new Provider(sandbox, sandboxUrl, sandboxSecret, zone);
  }

  /** How payers behave from now on. */
  async behave(behaviour: Behaviour, afterMs?: number): Promise<void> {
    const wish = { behaviour, ...(afterMs === undefined ? {} : { afterMs }) };
    const response = await fetch(`${this.url}/operator/behaviour`, { method: 'PUT', body: JSON.stringify(wish) });
    if (response.status !== 204) throw new Error(`the sandbox answered ${response.status}`);
  }

  /** The next payers behave as they like. */
  async vary(dice: Dice): Promise<void> {
    const behaviour = dice.chance(SIMPLY) ? 'pays' : dice.pick(behaviours);
    // `pays late` is what it says only when it is left its own time.
    await this.behave(behaviour, behaviour === 'pays late' ? undefined : Math.round(dice.between(...PAYS_AFTER_MS)));
  }

  async callBacks(): Promise<CallBacks> {
    return (await (await fetch(`${this.url}/operator/call-backs`)).json()) as CallBacks;
  }

  /** The business days that a run may have touched. */
  get days(): readonly string[] {
    const now = Date.now();
    return [now - DAY_MS, now].map((at) => businessDay(at, this.zone));
  }

  /** All that moved on a day. */
  async statementOf(day: string): Promise<readonly ProviderStatementLine[]> {
    const nowhere = () => this.url;
    const side = sandboxProvider({
      url: this.url,
      app: '',
      secret: this.secret,
      notifyUrl: nowhere,
      clock: systemClock,
    });
    return side.statement(day);
  }

  /** All that moved. */
  async statement(): Promise<readonly ProviderStatementLine[]> {
    return (await Promise.all(this.days.map((day) => this.statementOf(day)))).flat();
  }

  async close(): Promise<void> {
    await this.sandbox.end('SIGKILL');
  }
}

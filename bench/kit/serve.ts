/**
 * Ours, as `npm start` runs it: `node dist/main.js serve` with its flags on a data folder, a free port, every default
 * but the limits on what one account and one address may do, because a whole load comes from one machine.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { FLAGS } from './flags.js';
import { ROOMY } from './roomy.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PROBE = new URL('./probe.js', import.meta.url).href;

export type ServedBy = 'auto' | 'node' | 'uws';

/** What the server's process takes of memory, bytes. */
export interface Memory {
  readonly rss: number;
  /** The most it ever took. */
  readonly peak: number;
}

export class Served {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
    /** From the start of the process until it answered that it is ready, ms. */
    readonly readyMs: number,
  ) {}

  /** `more` are settings, by their names in the environment. */
  static async start(
    folder: string,
    transport: ServedBy = 'auto',
    more: NodeJS.ProcessEnv = {},
    port = 0,
  ): Promise<Served> {
    const began = performance.now();
    const env = { ...process.env, ...ROOMY, BACKSEAT_TRANSPORT: transport, BACKSEAT_LOG_LEVEL: 'error' };
    const serve = ['serve', '--host', '127.0.0.1', '--port', String(port)];
    const args = [...FLAGS, '--expose-gc', '--import', PROBE, MAIN, ...serve];
    const child = spawn(process.execPath, args, {
      env: { ...env, BACKSEAT_DATA: folder, ...more },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    try {
      const url = await addressOf(child);
      while (!(await isReady(url)));
      return new Served(child, url, performance.now() - began);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Resolves when no more than so many actors are in memory. */
  async resting(actors: number): Promise<void> {
    for (;;) {
      if ((await this.gauges(['active'])).active <= actors) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** After a collection of garbage. */
  async memory(): Promise<Memory> {
    this.process.send('memory');
    const [memory] = (await once(this.process, 'message')) as [Memory];
    return memory;
  }

  /** Memory as it is, and the longest that the event loop was late since the last time, ms. */
  async pulse(): Promise<{ readonly rss: number; readonly lagMs: number }> {
    this.process.send('pulse');
    const [pulse] = (await once(this.process, 'message')) as [{ readonly rss: number; readonly lagMs: number }];
    return pulse;
  }

  /** Numbers of the metrics page, by their names there without `backseat_`. */
  async gauges<N extends string>(names: readonly N[]): Promise<Record<N, number>> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    const found = names.map((name) => [name, Number(new RegExp(`^backseat_${name} (\\S+)`, 'm').exec(page)?.[1])]);
    return Object.fromEntries(found) as Record<N, number>;
  }

  /** Ends it as an operator does. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** Ends it without a word. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }
}

/** The address in the line that the server says when it serves. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  const { stderr } = child;
  if (!stderr) throw new Error('the server has no standard error');
  for await (const chunk of stderr) {
    said += String(chunk);
    const url = /serves (\S+?)\/? from/.exec(said)?.[1];
    if (url === undefined) continue;
    stderr.resume();
    return url;
  }
  throw new Error(`the server did not start: ${said}`);
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/ready`);
  await response.arrayBuffer();
  return response.ok;
}

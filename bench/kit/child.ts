/**
 * Processes of a measurement: whatever is measured, and whatever loads it, has one of its own. The parent asks by name
 * and hears a value; a child ends with its parent, whatever happens to that.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

import { FLAGS } from './flags.js';
import { madeOf } from './made.js';

type Answer = { readonly value: unknown } | { readonly error: string };

/** A task of a child, as it is asked for over the channel between the two. */
type Tasks = Readonly<Record<string, (input: never) => unknown>>;

type Input<F> = F extends (input: infer I) => unknown ? I : never;
type Output<F> = F extends (...input: never[]) => infer O ? Awaited<O> : never;

/** A child as its parent sees it; `T` is the type of its task table. */
export class Child<T extends Tasks> {
  private constructor(private readonly process: ChildProcess) {}

  /** Starts one of bench/processes, with more flags of Node's. */
  static async start<T extends Tasks>(name: string, flags: readonly string[] = []): Promise<Child<T>> {
    const child = fork(await madeOf(name), { execArgv: [...FLAGS, ...flags] });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start`))),
    ]);
    return new Child(child);
  }

  /** Asks for one task; one at a time. */
  async ask<N extends keyof T & string>(task: N, input: Input<T[N]>): Promise<Output<T[N]>> {
    const heard = new AbortController();
    const { signal } = heard;
    const ended = once(this.process, 'exit', { signal }).then(() => [{ error: 'the process ended' }]);
    this.process.send({ task, input });
    try {
      const [answer] = (await Promise.race([once(this.process, 'message', { signal }), ended])) as [Answer];
      if ('error' in answer) throw new Error(`${task}: ${answer.error}`);
      return answer.value as Output<T[N]>;
    } finally {
      ended.catch(() => undefined);
      heard.abort();
    }
  }

  /** Lets every other process go first: for a load that a network would bring from elsewhere. */
  yieldToOthers(): void {
    if (this.process.pid !== undefined) setPriority(this.process.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}

/** The child's side: answers for its tasks, and ends with its parent. */
export function serveTasks(tasks: Tasks): void {
  const table = new Map<string, (input: never) => unknown>(Object.entries(tasks));
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ task, input }: { task: string; input: never }) => {
    Promise.resolve(input)
      .then((given) => table.get(task)?.(given))
      .then(
        (value) => process.send?.({ value }),
        (error: unknown) =>
          process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.send?.('ready');
}

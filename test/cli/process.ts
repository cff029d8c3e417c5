/** Runs the built command line, which `npm test` builds before, as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Test } from 'tap';

const root = join(import.meta.dirname, '../..');

export interface Run {
  /** Standard output and standard error together, so far. */
  text(): string;
  /** Resolves when the text holds the pattern; rejects when the process ends without it. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts `backseat` with these arguments; the test ends it if it still runs. Settings of the tester's own shell do not
 * count.
 */
export function backseat(t: Test, args: readonly string[], settings: Readonly<Record<string, string>> = {}): Run {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(BACKSEAT_|NODE_OPTIONS|_?TAP)/.test(name)),
  );
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    cwd: root,
    env: { ...env, BACKSEAT_HOST: '127.0.0.1', BACKSEAT_PORT: '0', BACKSEAT_LOG_LEVEL: 'silent', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (part: string) => {
      text += part;
      for (const look of heard) look();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    text: () => text,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(text);
          if (!found) return;
          heard.delete(look);
          resolve(found);
        };
        heard.add(look);
        look();
        void ended.then(() => {
          reject(new Error(`it ended without ${String(pattern)}:\n${text}`));
        });
      }),
    signal: (name) => {
      child.kill(name);
    },
    ended,
  };
}

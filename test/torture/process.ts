/**
 * The real server, `node dist/main.js serve`, as a child process: started, killed, told to stop. It gets the settings
 * that it is given and nothing else of this process's environment.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Without a handler a write beyond the limit ends the process; with one it fails, as on a full disk. */
const HANDLED = "--import=data:text/javascript,process.on('SIGXFSZ',()=>undefined)";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartOptions {
  /** The environment, `BACKSEAT_…`. */
  readonly settings: Readonly<Record<string, string>>;
  /** No file may grow beyond this, KiB: a disk that is full. */
  readonly fileLimit?: number;
}

export class ServerProcess {
  /** Lines of standard error: what it says to its operator. */
  readonly said: string[] = [];
  /** Lines of standard output: its log. */
  readonly logged: string[] = [];
  /** Resolves when the process has ended and all that it said is here. */
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private serving: (() => void) | undefined;

  constructor({ settings, fileLimit }: StartOptions) {
    const env = { PATH: process.env['PATH'] ?? '', ...settings };
    const serve = [process.execPath, ...(fileLimit === undefined ? [] : [HANDLED]), MAIN, 'serve'];
    const limited = ['bash', '-c', `ulimit -f ${fileLimit ?? 'unlimited'}; exec "$@"`, 'bash', ...serve];
    const [command = '', ...args] = fileLimit === undefined ? serve : limited;
    this.child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.child;
    if (!stdout || !stderr) throw new Error('a child without its outputs');
    createInterface(stdout).on('line', (line) => this.logged.push(line));
    createInterface(stderr).on('line', (line) => {
      this.said.push(line);
      if (line.startsWith('backseat serves ')) this.serving?.();
    });
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  /** Starts the server and waits until it serves; rejects with what it said when it ended before. */
  static async start(options: StartOptions): Promise<ServerProcess> {
    const server = new ServerProcess(options);
    const serving = new Promise<undefined>((resolve) => {
      server.serving = () => {
        resolve(undefined);
      };
    });
    const exit = await Promise.race([serving, server.exited]);
    if (exit === undefined) return server;
    throw new Error(`the server ended with ${exit.code ?? exit.signal ?? ''}: ${server.said.join('; ')}`);
  }

  /** Resolves when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit> {
    this.child.kill(signal);
    return this.exited;
  }
}

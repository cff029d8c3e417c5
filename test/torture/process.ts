/**
 * The real thing, `node dist/main.js serve` or `sandbox`, as a child process: started, killed, told to stop. It gets
 * the settings that it is given and nothing else of this process's environment.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Without a handler a write beyond the limit ends the process; with one it fails, as on a full disk. */
const HANDLED = "--import=data:text/javascript,process.on('SIGXFSZ',()=>undefined)";

/** What a machine may leave a process. */
export interface Limits {
  /** No file may grow beyond this, KiB: a disk that is full. */
  readonly fileKiB?: number;
  /** Files and connections that may be open. */
  readonly descriptors?: number;
  /** Heap of the main thread, MiB. */
  readonly heapMiB?: number;
}

/** The line by which a process tells that it can be talked to. */
const READY = /^backseat (serves|sandbox answers) /;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartOptions {
  /** `serve` or `sandbox`, with its options. */
  readonly command: readonly string[];
  /** The environment, `BACKSEAT_…`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly limits?: Limits;
  /** Options of node. */
  readonly node?: readonly string[];
}

export class Process {
  /** Lines of standard error: what it says to its operator. */
  readonly said: string[] = [];
  /** Lines of standard output: its log. */
  readonly logged: string[] = [];
  /** Resolves when the process has ended and all that it said is here. */
  readonly exited: Promise<Exit>;
  /** Resolves when it can be talked to; rejects with what it said when it ended before. */
  readonly ready: Promise<void>;
  private readonly child: ChildProcess;

  constructor({ command, settings, limits = {}, node = [] }: StartOptions) {
    const env = { PATH: process.env['PATH'] ?? '', ...settings };
    const { fileKiB, descriptors, heapMiB } = limits;
    const files = descriptors === undefined ? '' : `ulimit -n ${descriptors}; `;
    // What a test runner slips into its children by NODE_OPTIONS writes files of its own.
    const shell = `ulimit -f ${fileKiB ?? 'unlimited'}; ${files}unset NODE_OPTIONS; exec "$@"`;
    const options = [
      ...(fileKiB === undefined ? [] : [HANDLED]),
      ...(heapMiB === undefined ? [] : [`--max-old-space-size=${heapMiB}`]),
      ...node,
    ];
    const args = ['-c', shell, 'bash', process.execPath, ...options, MAIN, ...command];
    this.child = spawn('bash', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.child;
    if (!stdout || !stderr) throw new Error('a child without its outputs');
    createInterface(stdout).on('line', (line) => this.logged.push(line));
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
    this.ready = new Promise((resolve, reject) => {
      createInterface(stderr).on('line', (line) => {
        this.said.push(line);
        if (READY.test(line)) resolve();
      });
      void this.exited.then(({ code, signal }) => {
        reject(new Error(`${command.join(' ')} ended with ${code ?? signal ?? ''}: ${this.said.join('; ')}`));
      });
    });
    // Whoever ends it on purpose does not ask whether it was ready.
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * `SIGSTOP`, `SIGCONT`: it stands still, it goes on. The others are what the tester's options of node make of them.
   */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2' | 'SIGHUP'): void {
    this.child.kill(signal);
  }

  /** Resolves when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit> {
    this.child.kill(signal);
    return this.exited;
  }
}

/**
 * A store whose disk refuses one kind of call (fill-store.js, shim.c), large enough for LevelDB to begin new files: what
 * becomes of the process, and what of that which it had acknowledged.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Shim, type Call } from './shim.js';

const FILL = fileURLToPath(new URL('fill-store.js', import.meta.url));

/**
 * How a store meets a call that fails: it does not open, in one line and with exit code 1; it ends the process, in one
 * line and with exit code 1; it goes on; the system ends the process by SIGBUS, without a word.
 */
export type Outcome = 'refuses' | 'ends' | 'goes on' | 'dies';
export type When = 'start' | 'work';

const REFUSES = /^backseat: cannot open the data folder \S+: IO error: \S+: Input\/output error\n$/;
const ENDS = /^backseat: the store could not write and sync a flush: IO error: \S+: Input\/output error\n$/;

export interface Met {
  readonly outcome: Outcome | undefined;
  /** What it said, if anything. */
  readonly said: string;
  /** Entries that were acknowledged, and how many of them a start without faults does not have. */
  readonly acknowledged: number;
  readonly missing: number;
}

/** How fill-store.js ended. */
interface Ran {
  readonly code?: number | string | null | undefined;
  readonly signal?: NodeJS.Signals | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export class Strain {
  private constructor(
    private readonly place: string,
    private readonly shim: Shim,
  ) {}

  static async open(): Promise<Strain> {
    const place = await mkdtemp(join(tmpdir(), 'backseat-strain-'));
    const strain = new Strain(place, await Shim.build(join(place, 'store')));
    const filled = await strain.run('0');
    if (lastOf(filled) === 0) throw new Error(`the store was not filled: ${filled.stderr}`);
    await cp(strain.shim.folder, join(place, 'sound'), { recursive: true });
    return strain;
  }

  /** Refuses a call from the start on, or when the store is open, to a copy of the same store each time. */
  async meet(call: Call, when: When): Promise<Met> {
    const { shim, place } = this;
    await rm(shim.folder, { recursive: true });
    await cp(join(place, 'sound'), shim.folder, { recursive: true });
    shim.forget();
    if (when === 'start') shim.refuse(call);
    const ran = await this.run(when === 'start' ? '0' : String(Shim.numberOf(call)));
    shim.refuse(undefined);
    const acknowledged = lastOf(ran);
    const kept = lastOf(await this.run('nothing'));
    return {
      outcome: outcomeOf(ran),
      said: ran.stderr.trim(),
      acknowledged,
      missing: Math.max(0, acknowledged - kept),
    };
  }

  async close(): Promise<void> {
    await this.shim.close();
    await rm(this.place, { recursive: true });
  }

  private async run(refuse: string): Promise<Ran> {
    const { environment, folder } = this.shim;
    const env = { PATH: process.env['PATH'] ?? '', ...environment };
    return promisify(execFile)(process.execPath, [FILL, folder, refuse], { env }).catch(
      (error: unknown) => error as Ran,
    );
  }
}

/** The last entry that it told of as stored, 0 for none. */
function lastOf({ stdout }: Ran): number {
  const line = stdout
    .trim()
    .split('\n')
    .findLast((one) => one.includes('stored'));
  return line === undefined ? 0 : (JSON.parse(line) as { readonly stored: number }).stored;
}

function outcomeOf({ code, signal, stderr }: Ran): Outcome | undefined {
  if (signal === 'SIGBUS' && stderr === '') return 'dies';
  if (code === 1 && REFUSES.test(stderr)) return 'refuses';
  if (code === 1 && ENDS.test(stderr)) return 'ends';
  return (code ?? 0) === 0 && (signal ?? '') === '' && stderr === '' ? 'goes on' : undefined;
}

/**
 * What stands between a server and its disk and clock (shim.c): built with the machine's C compiler, told what to do by
 * a few numbers that both processes see.
 */
import { execFile, execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Environment } from '../settings.js';

const SOURCE = fileURLToPath(new URL('shim.c', import.meta.url));

/** Why there can be no shim here; false when there can. */
export const noShim: string | false = whyNone();

/** The numbers of `struct control`, in their order. */
const NUMBERS = ['clockMs', 'lies', 'synced', 'refuses'] as const;
type Name = (typeof NUMBERS)[number];
const BYTES = 8;

/** What can be refused of the calls on a store's files: `enum call`, in its order. */
export const CALLS = [
  ...(['open to read', 'open to write', 'read', 'map', 'page'] as const),
  ...(['write', 'sync', 'close', 'rename', 'drop'] as const),
] as const;
export type Call = (typeof CALLS)[number];

export class Shim {
  /** For the server's process. */
  readonly environment: Environment;
  /** What was synced, and what was made, renamed and dropped, in order; empty at each start. */
  readonly record: string;
  private readonly kept: string;
  private readonly numbers: number;

  private constructor(
    private readonly place: string,
    /** The data folder. */
    readonly folder: string,
  ) {
    const control = join(place, 'control');
    writeFileSync(control, Buffer.alloc(NUMBERS.length * BYTES));
    this.numbers = openSync(control, 'r+');
    this.record = join(place, 'record');
    // Second names of files: of the same file system.
    this.kept = join(folder, 'kept');
    this.environment = {
      ...{ LD_PRELOAD: join(place, 'shim.so'), SHIM_CONTROL: control, SHIM_RECORD: this.record },
      ...{ SHIM_FOLDER: `${join(folder, 'level')}/`, SHIM_KEPT: this.kept },
    };
    this.forget();
  }

  static async build(folder: string): Promise<Shim> {
    const place = await mkdtemp(join(tmpdir(), 'backseat-shim-'));
    const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC'];
    await promisify(execFile)('cc', [...flags, '-o', join(place, 'shim.so'), SOURCE, '-ldl']);
    return new Shim(place, folder);
  }

  set(name: Name, value: number): void {
    const bytes = Buffer.alloc(BYTES);
    bytes.writeBigInt64LE(BigInt(value));
    writeSync(this.numbers, bytes, 0, BYTES, NUMBERS.indexOf(name) * BYTES);
  }

  /** By this number the shim knows a call. */
  static numberOf(call: Call): number {
    return CALLS.indexOf(call) + 1;
  }

  /** Each call of this kind fails with EIO from now on; without one none does. */
  refuse(call: Call | undefined): void {
    this.set('refuses', call === undefined ? 0 : Shim.numberOf(call));
  }

  get(name: Name): number {
    const bytes = Buffer.alloc(BYTES);
    readSync(this.numbers, bytes, 0, BYTES, NUMBERS.indexOf(name) * BYTES);
    return Number(bytes.readBigInt64LE());
  }

  /** A server begins on what is on the disk. */
  forget(): void {
    writeFileSync(this.record, '');
    rmSync(this.kept, { recursive: true, force: true });
    mkdirSync(this.kept, { recursive: true });
  }

  async close(): Promise<void> {
    closeSync(this.numbers);
    await rm(this.place, { recursive: true });
  }
}

function whyNone(): string | false {
  if (process.platform !== 'linux') return 'the shim is for Linux';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'there is no C compiler, cc, to build the shim with';
  }
}

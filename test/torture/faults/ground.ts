/**
 * Where faults strike: a town with one server, whose disk and clock the tester holds in his hand, on a small disk of
 * its own where one can be mounted.
 */
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { OneServer, type Ended, type Start } from '../one-server.js';
import type { Exit } from '../process.js';
import { inFlightOf, peopleIn, type TownSize } from '../town-size.js';
import { until } from '../../support/until.js';
import { cutPower, sizesIn, type Cut, type Sizes, type Way } from './power.js';
import { Shim } from './shim.js';

const run = promisify(execFile);

/** How long the load runs before a fault strikes, at random, ms. */
const LOAD_MS = { least: 20, most: 500 };
/** Acknowledged commands that are asked again after a fault. */
const REPEATED = 20;
/** What a town needs is less than half of it, MiB. */
const HEAP_MIB = 64;
/** Commands that a server takes at a time, for each that is on its way when a fault strikes. */
const ASKS = 3;
/** Files and connections that a server needs beside those of its town, most while it is loaded; some strangers fit as well. */
const DESCRIPTORS = 300;
/** How long the main thread works without a pause on SIGUSR2, ms of processor time. */
export const BLOCKED_MS = 1_500;
const WORKED = 'const worked=()=>{const {user,system}=process.cpuUsage();return (user+system)/1000};';
const BLOCKS = `${WORKED}process.on('SIGUSR2',()=>{const end=worked()+${BLOCKED_MS};while(worked()<end);});`;
/** On SIGHUP all memory that the process may have. */
const FILLS = "process.on('SIGHUP',()=>{const all=[];for(;;)all.push(new Array(1e4).fill({}))});";

/** Why no disk of its own can be mounted here; false when one can. */
export const noMount: string | false = whyNoMount();

export interface GroundOptions {
  /** Size of the disk that is mounted for the data; none: the data is where all temporary files are. */
  readonly diskMiB?: number | undefined;
  /** How long the load runs before a fault strikes, at most, ms. */
  readonly loadMs?: number;
}

export class Ground {
  private before: Sizes = new Map();

  private constructor(
    readonly stand: OneServer,
    readonly shim: Shim,
    /** Files and connections that a server may have open. */
    readonly descriptors: number,
    /** Commands that a server works on at a time. */
    readonly asks: number,
    private readonly mounted: boolean,
    /** Commands on their way when a fault strikes. */
    private readonly inFlight: number,
    private readonly loadMs: number,
  ) {}

  static async open(
    seed: number,
    size: TownSize,
    { diskMiB, loadMs = LOAD_MS.most }: GroundOptions = {},
  ): Promise<Ground> {
    const folder = await mkdtemp(join(tmpdir(), 'backseat-torture-'));
    const mounted = diskMiB !== undefined;
    if (mounted) await run('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'backseat-torture', folder]);
    const shim = await Shim.build(folder);
    const asks = ASKS * inFlightOf(size);
    const descriptors = DESCRIPTORS + peopleIn(size);
    const usual: Start = {
      settings: { ...shim.environment, BACKSEAT_ASKS: String(asks) },
      node: [`--import=data:text/javascript,${BLOCKS}${FILLS}`],
      // Of little all the time: no fault has to start a server for it.
      limits: { heapMiB: HEAP_MIB, descriptors },
    };
    try {
      const stand = await OneServer.open(seed, size, { folder, usual });
      return new Ground(stand, shim, descriptors, asks, mounted, inFlightOf(size), loadMs);
    } catch (error) {
      await shim.close();
      if (mounted) await run('umount', [folder]);
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Everybody is at work, for a while. */
  busy(): Promise<void> {
    return this.stand.busy(this.inFlight, Math.round(this.stand.dice.between(LOAD_MS.least, this.loadMs)));
  }

  /** Starts a server on what is on the disk, and asks it again for what was acknowledged before (R4). */
  async start(): Promise<void> {
    const { stand, shim } = this;
    shim.forget();
    this.before = sizesIn(join(shim.folder, 'level'));
    await stand.start();
    await this.askAgain();
  }

  async askAgain(): Promise<void> {
    const { ledger, dice } = this.stand;
    await Promise.all(Array.from({ length: REPEATED }, () => ledger.repeat(dice.pick(ledger.answered))));
  }

  /** What a power cut leaves, where the server's process is gone. */
  cutPower(ways?: readonly Way[]): Cut {
    const { shim, before, stand } = this;
    const cut = cutPower(shim, before, stand.dice, ways);
    // Written over and over, and never synced.
    if (stand.dice.chance(0.5)) truncateSync(join(shim.folder, 'flushed'), 0);
    return cut;
  }

  /** Kills the busy server, and starts one. */
  async restart(): Promise<Ended> {
    const ended = await this.stand.interrupt(() => this.stand.kill());
    await this.start();
    return ended;
  }

  /** What the server complains of at `/health`. */
  async complaints(): Promise<readonly string[]> {
    // A new connection each: what fetch keeps open may be closed by now.
    const request = get(`${this.stand.url}/health`, { agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return (JSON.parse(await text(response)) as { readonly complaints: readonly string[] }).complaints;
  }

  /**
   * Resolves with the line when the server says it in its log, once it `happens`; a violation when it is not at
   * `/health`, too.
   */
  async tells(happens: () => Promise<unknown>, words: RegExp): Promise<string> {
    const line = await this.logs(happens, words);
    await this.complains(words);
    return line;
  }

  /** Resolves with the line when the server says it in its log, once it `happens`. */
  async logs(happens: () => Promise<unknown>, words: RegExp): Promise<string> {
    const { stand } = this;
    const before = stand.server;
    const from = before?.logged.length;
    await happens();
    let said: string | undefined;
    await until(`the log says ${words.source}`, () => {
      // What the same server said before was of something else.
      const lines = stand.server?.logged.slice(stand.server === before ? from : 0) ?? [];
      said = lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg).find((msg) => words.test(msg));
      return said !== undefined;
    });
    return said ?? '';
  }

  /** A violation when it is not at `/health`. */
  async complains(words: RegExp): Promise<void> {
    const complaints = await this.complaints();
    if (complaints.some((complaint) => words.test(complaint))) return;
    this.stand.ledger.violation(`/health does not say ${words.source}, but ${complaints.join('; ')}`);
  }

  /** Resolves when so many more commands are acknowledged: the town goes on. */
  async goesOn(): Promise<void> {
    const { ledger, town } = this.stand;
    town.open();
    const enough = ledger.answered.length + this.inFlight;
    await until('the town goes on', () => ledger.answered.length >= enough);
  }

  /**
   * What the server said when it ended by itself; a violation when that is not one line of these `words`, and exit code
   * 1.
   */
  async ends(words: RegExp): Promise<string> {
    const { server, ledger } = this.stand;
    if (!server) throw new Error('no server was started');
    let exit: Exit | undefined;
    void server.exited.then((how) => {
      exit = how;
    });
    await until('the server ends by itself', () => exit !== undefined);
    const { code, signal } = await server.exited;
    const said = server.said.slice(1);
    if (code !== 1 || said.length !== 1 || !words.test(said[0] ?? '')) {
      ledger.violation(`ended with ${code ?? signal ?? ''}, not 1, and said ${said.join('; ')}, not ${words.source}`);
    }
    return said.join('; ');
  }

  async close(): Promise<void> {
    const { folder } = this.shim;
    await this.stand.close(!this.mounted);
    await this.shim.close();
    if (!this.mounted) return;
    await run('umount', [folder]);
    await rm(folder, { recursive: true });
  }
}

function whyNoMount(): string | false {
  const probe =
    'd=$(mktemp -d) && mount -t tmpfs -o size=1m backseat-torture "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s';
  try {
    execFileSync('sh', ['-c', probe], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no small disk can be mounted here';
  }
}

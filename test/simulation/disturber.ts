/**
 * What befalls the machines of a simulated world, a tick at a time: each fault begins when the seed says so, lasts as
 * long as it says, and is mended. Nothing is left of it when the world is healed.
 */
import type { SimulatedStore } from '../../src/store/simulated/index.js';
import type { VirtualClock } from '../support/virtual-clock.js';
import type { Archivist } from './archivist.js';
import { TICK_MS, type WorldFaults } from './faults.js';
import type { Machine } from './machine.js';
import type { SimulatedRedis, Way } from './redis.js';

/** A process is down for up to this long, ms. */
const DOWN_MS = 4000;
/** A process that does not end by itself is killed after this, ms. */
const DRAIN_MS = 15_000;
/** How far a clock is set, ms. */
const JUMP = { from: 1000, to: 120_000 };
/** How long what is cut, paused or shown wrongly stays so, ms: mostly longer than the others wait. */
const LASTS = { from: 300, to: 20_000 };
/** How long a node may see other nodes than the others do, ms. */
const DISAGREE = { from: 5000, to: 60_000 };

const OPEN: Way = { asks: false, answers: false, refused: false };
const REFUSED: Way = { asks: true, answers: true, refused: true };

export class Disturber {
  private readonly mends = new Set<() => void>();
  /** Pairs of machines, `<from>><to>`, of which the first cannot tell the second anything. */
  private readonly apart = new Map<string, number>();
  private readonly redisTaken = new Set<Machine>();
  private readonly storeTaken = new Set<Machine>();
  private ended = false;

  constructor(
    private readonly clock: VirtualClock,
    private readonly faults: WorldFaults,
    private readonly store: SimulatedStore,
    private readonly machines: readonly Machine[],
    private readonly redis: SimulatedRedis | undefined,
    private readonly archivist: Archivist,
  ) {
    this.tick(0);
  }

  /** Whether what one machine tells does not reach another. */
  areApart(from: number, to: number): boolean {
    return (this.apart.get(`${from}>${to}`) ?? 0) > 0;
  }

  /** Everything is mended, and every machine runs. */
  heal(): void {
    this.ended = true;
    for (const mend of [...this.mends]) mend();
    for (const machine of this.machines) machine.start();
  }

  private tick(lateBefore: number): void {
    this.clock.after(TICK_MS, () => {
      if (this.ended) return;
      const { late, lateWrite } = this.store.faults.counts;
      const { redis } = this;
      for (const machine of this.machines) {
        this.disturb(machine);
        if (redis) this.disturbOneOfMany(machine);
      }
      if (this.faults.draws('archived')) this.archivist.begin();
      if (late + lateWrite > lateBefore) this.crashOnLateWrite();
      if (redis) this.disturbAll(redis);
      this.tick(late + lateWrite);
    });
  }

  private disturb(machine: Machine): void {
    const { faults } = this;
    if (faults.strikes('clockForward')) machine.setClock(faults.between(JUMP.from, JUMP.to));
    if (faults.strikes('clockBack')) machine.setClock(-faults.between(JUMP.from, JUMP.to));
    if (machine.up && faults.strikes('crash')) this.crash(machine);
  }

  private crashOnLateWrite(): void {
    const up = this.machines.filter((machine) => machine.up);
    if (up.length > 0 && this.faults.strikes('crashOnLateWrite')) this.crash(this.faults.pick(up));
  }

  private disturbOneOfMany(machine: Machine): void {
    const { faults } = this;
    if (machine.up && !machine.paused && faults.strikes('paused')) {
      machine.pause();
      this.lasts(() => {
        machine.resume();
      });
    }
    if (machine.up && !machine.paused && faults.strikes('drained')) this.drain(machine);
    if (faults.strikes('cutFromNode')) this.cutFromNode(machine);
    if (!this.redisTaken.has(machine) && faults.strikes('cutFromRedis')) this.layRedis(machine, this.oneOrBoth());
    if (!this.redisTaken.has(machine) && faults.strikes('redisRefused')) this.layRedis(machine, REFUSED);
    if (!this.storeTaken.has(machine) && faults.strikes('cutFromStore')) {
      this.storeTaken.add(machine);
      machine.layStore(this.oneOrBoth());
      this.lasts(() => {
        this.storeTaken.delete(machine);
        machine.layStore(undefined);
      });
    }
    if (machine.up && faults.strikes('staleView')) {
      machine.freezeTable(true);
      this.lasts(() => {
        machine.freezeTable(false);
      }, DISAGREE);
    }
  }

  private disturbAll(redis: SimulatedRedis): void {
    const { faults } = this;
    if (faults.strikes('redisFlushed')) redis.flush();
    const free = this.machines.filter((machine) => !this.redisTaken.has(machine));
    if (free.length > 0 && faults.strikes('redisAway')) {
      const way = faults.random() < 0.5 ? REFUSED : { asks: true, answers: true, refused: false };
      if (faults.random() < 0.5) redis.flush();
      for (const machine of free) this.layRedis(machine, way);
    }
  }

  private crash(machine: Machine): void {
    machine.crash();
    const { faults } = this;
    this.clock.after(faults.random() ** 4 * DOWN_MS, () => {
      machine.start();
    });
  }

  private drain(machine: Machine): void {
    const { drained, kill } = machine.drain();
    void drained.then(() => {
      this.clock.after(this.faults.random() * DOWN_MS, () => {
        machine.start();
      });
    });
    this.clock.after(DRAIN_MS, () => {
      kill();
      machine.start();
    });
  }

  private cutFromNode({ index }: Machine): void {
    const other = this.faults.pick(this.machines.filter((each) => each.index !== index)).index;
    const { asks, answers } = this.oneOrBoth();
    const pairs = [...(asks ? [`${index}>${other}`] : []), ...(answers ? [`${other}>${index}`] : [])];
    const count = (pair: string, by: number): void => void this.apart.set(pair, (this.apart.get(pair) ?? 0) + by);
    for (const pair of pairs) count(pair, 1);
    this.lasts(() => {
      for (const pair of pairs) count(pair, -1);
    });
  }

  private layRedis(machine: Machine, way: Way): void {
    this.redisTaken.add(machine);
    machine.layRedis(way);
    this.lasts(() => {
      this.redisTaken.delete(machine);
      machine.layRedis(OPEN, this.faults.random() < 0.5);
    });
  }

  private oneOrBoth(): Way {
    const which = this.faults.random();
    return { asks: which < 2 / 3, answers: which > 1 / 3, refused: false };
  }

  /** Calls `mend` after a while, or when the world is healed. */
  private lasts(mend: () => void, { from, to } = LASTS): void {
    const once = (): void => {
      if (this.mends.delete(once)) mend();
    };
    this.mends.add(once);
    this.clock.after(from + this.faults.random() ** 2 * (to - from), once);
  }
}

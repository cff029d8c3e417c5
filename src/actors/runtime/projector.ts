/**
 * Brings rows of stored entries to the views: gathered, the latest of a row only, a batch at a
 * time. The longer a batch takes to write, the longer the next is gathered: under load a row that
 * changes again soon is written once, and views take a small share of the time. A row is a promise
 * like a message to an actor (ENGINE 17): a marker covers it until it is in the view, and who begins
 * anew says it again. Views are idempotent by version.
 */
import type { Row, Views } from '../../store/ports.js';
import type { Activation } from './activation.js';
import type { Clock } from './clock.js';

/** Rows are gathered for this many times what the last write of rows took, within these bounds, ms. */
const PATIENCE = 20;
const GATHER_MS = 100;
const LONGEST_MS = 1000;
/** Pause after a write that failed, ms. */
const AGAIN_MS = 1000;

export class Projector {
  private rows = new Map<string, Row>();
  private activations = new Map<Activation, number>();
  private writing: Promise<boolean> | undefined;
  private disarm: (() => void) | undefined;
  private pause = GATHER_MS;
  /** Who wants to know of the next write. */
  private watchers: ((written: boolean) => void)[] = [];

  constructor(
    private readonly views: Views,
    private readonly clock: Clock,
    /** The rows of an activation are in the views. */
    private readonly settled: (activation: Activation) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Rows that wait. */
  get waiting(): number {
    return this.rows.size;
  }

  /** Rows of a stored entry; without `activation`, rows that no marker needs to cover. */
  add(rows: readonly Row[], activation?: Activation): void {
    if (rows.length === 0) return;
    for (const row of rows) this.gather(row);
    if (activation) {
      activation.unprojected++;
      this.activations.set(activation, (this.activations.get(activation) ?? 0) + 1);
    }
    this.arm(this.pause);
  }

  /**
   * Resolves when all rows that wait now are in the views, or could not be written, in their own time; says whether
   * they are.
   */
  async gathered(): Promise<boolean> {
    if (this.rows.size === 0) return (await this.writing) ?? true;
    return new Promise((resolve) => this.watchers.push(resolve));
  }

  /**
   * Writes at once. Resolves when all rows that waited are in the views, or could not be written; says whether they
   * are.
   */
  async flush(): Promise<boolean> {
    this.disarm?.();
    this.disarm = undefined;
    // What another write cannot bring to the views comes back to the rows that wait.
    while (this.writing) await this.writing;
    if (this.rows.size === 0) return true;
    const rows = [...this.rows.values()];
    const activations = this.activations;
    this.rows = new Map();
    this.activations = new Map();
    const watchers = this.watchers.splice(0);
    this.writing = this.write(rows, activations).finally(() => {
      this.writing = undefined;
    });
    const written = await this.writing;
    for (const resolve of watchers) resolve(written);
    return written;
  }

  private async write(rows: readonly Row[], activations: ReadonlyMap<Activation, number>): Promise<boolean> {
    const began = this.clock.now();
    try {
      await this.views.apply(rows);
    } catch (error) {
      this.failed(error);
      this.takeBack(rows, activations);
      return false;
    }
    this.pause = Math.min(Math.max(GATHER_MS, PATIENCE * (this.clock.now() - began)), LONGEST_MS);
    for (const [activation, count] of activations) {
      activation.unprojected -= count;
      this.settled(activation);
    }
    return true;
  }

  private takeBack(rows: readonly Row[], activations: ReadonlyMap<Activation, number>): void {
    for (const row of rows) this.gather(row);
    for (const [activation, count] of activations) {
      this.activations.set(activation, (this.activations.get(activation) ?? 0) + count);
    }
    this.arm(AGAIN_MS);
  }

  private gather(row: Row): void {
    const key = `${row.collection}/${row.id}`;
    const known = this.rows.get(key);
    if (!known || known.version <= row.version) this.rows.set(key, row);
  }

  private arm(ms: number): void {
    this.disarm ??= this.clock.after(ms, () => {
      void this.flush();
    });
  }
}

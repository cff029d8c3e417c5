/**
 * Where the cars are: the last believed fix of each driver, in memory.
 *
 * Boundary: positions are volatile by nature. None is journaled; the view `positions` is written now and then,
 * so that a restart knows where the cars stood, and screens get what moved in batches of about a second, of a
 * type that says that it rests on no entry (R2, ENGINE 20). Memory is bounded: the car that has been silent
 * longest is forgotten (R8).
 */
import type { Refused } from '../../actors/runtime/definition.js';
import type { Volatile } from '../../actors/runtime/committed.js';
import type { Clock } from '../../actors/runtime/clock.js';
import type { CollectionDeclaration, Json, Row, Views } from '../../store/ports.js';
import { noOthers, type Others } from '../others.js';
import { judge, type Fix, type Ping } from './fix.js';

export const positionsCollection: CollectionDeclaration = {
  name: 'positions',
  indexes: [{ name: 'time', fields: ['at'] }],
};

/** A car as screens see it. */
export type Car = {
  /** The driver's key. */
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  /** When the fix was taken, ms UTC. */
  readonly at: number;
  /** The driver's app is connected. */
  readonly online: boolean;
  /** Something waits at a station for this driver. */
  readonly pickup: boolean;
};

/** Cars that moved or changed since the batch before. */
export type CarsMoved = { readonly cars: readonly Car[] };

/** News of this name: what moved or changed at another node; `here`: the driver's app is connected there. */
const MOVED = 'cars';
type MovedElsewhere = {
  readonly cars: readonly { readonly id: string; readonly fix: Fix | null; readonly here: boolean }[];
};

export interface PositionsOptions {
  readonly views: Views;
  readonly clock: Clock;
  /** Absent on a node that is alone. */
  readonly others?: Others;
  /** Told what moved. */
  readonly send: (moved: Volatile<CarsMoved>) => void;
  /** Whether a driver has something to pick up. */
  readonly hasPickup: (driver: string) => boolean;
  /** Told when the view could not be written; what was to be written is tried again with the next. */
  readonly onError: (error: unknown) => void;
  /** Cars kept. */
  readonly most?: number;
  readonly batchEveryMs?: number;
  readonly keepEveryMs?: number;
}

const PAGE = 1_000;

export class Positions {
  /** By driver, the one that was silent longest first. */
  private readonly fixes = new Map<string, Fix>();
  private readonly online = new Set<string>();
  /** By driver who is connected to another node: that node. */
  private readonly elsewhere = new Map<string, string>();
  /** Drivers to tell screens of, those to tell other nodes of, and those whose row is not written yet. */
  private readonly moved = new Set<string>();
  private readonly untold = new Set<string>();
  private readonly unkept = new Set<string>();
  private readonly most: number;
  private readonly others: Others;
  private stopBatch: (() => void) | undefined;
  private stopKeep: (() => void) | undefined;
  private keeping: Promise<void> = Promise.resolve();

  constructor(private readonly options: PositionsOptions) {
    this.most = options.most ?? 200_000;
    this.others = options.others ?? noOthers('');
    const others = this.others;
    others.hear(MOVED, (news, from) => {
      for (const { id, fix, here } of (news as MovedElsewhere).cars) this.movedElsewhere(id, fix, from, here);
    });
    others.onChange((came, gone) => {
      for (const [driver, node] of this.elsewhere)
        if (gone.includes(node)) this.movedElsewhere(driver, null, node, false);
      if (came.length > 0) for (const driver of this.online) this.movedHere(driver);
    });
  }

  /** Reads where the cars stood, the latest first, as many as may be kept. */
  async load(): Promise<void> {
    const found: [string, Fix][] = [];
    const question = { collection: positionsCollection.name, index: 'time', descending: true };
    let cursor: string | undefined;
    do {
      const limit = Math.min(PAGE, this.most - found.length);
      const page = await this.options.views.find({ ...question, limit, ...(cursor === undefined ? {} : { cursor }) });
      for (const { id, fields } of page.rows) {
        const fix = fixOf(fields);
        if (fix) found.push([id, fix]);
      }
      cursor = page.cursor;
    } while (cursor !== undefined && found.length < this.most);
    for (const [driver, fix] of found.reverse()) if (!this.fixes.has(driver)) this.fixes.set(driver, fix);
  }

  /** Takes a driver's ping. `kept: false`: it is no newer than what is known. */
  ping(driver: string, ping: Ping): { kept: boolean } | Refused {
    const fix = judge(ping, this.fixes.get(driver), this.options.clock.now());
    if (!fix) return { kept: false };
    if ('refused' in fix) return fix;
    this.put(driver, fix);
    this.unkept.add(driver);
    this.stopKeep ??= this.options.clock.after(this.options.keepEveryMs ?? 10_000, () => {
      this.stopKeep = undefined;
      void this.keep();
    });
    this.movedHere(driver);
    return { kept: true };
  }

  /** A driver's app came or went. */
  setOnline(driver: string, online: boolean): void {
    if (this.online.has(driver) === online) return;
    if (online) this.online.add(driver);
    else this.online.delete(driver);
    this.movedHere(driver);
  }

  /** Something that screens show of a driver's car changed; those without a position are not shown. */
  changed(driver: string): void {
    this.moved.add(driver);
    this.stopBatch ??= this.options.clock.after(this.options.batchEveryMs ?? 1_000, () => {
      this.stopBatch = undefined;
      this.batch();
    });
  }

  /** A driver's last fix. */
  last(driver: string): Fix | undefined {
    return this.fixes.get(driver);
  }

  /** All cars whose position is known. */
  cars(): readonly Car[] {
    return [...this.fixes].map(([driver, fix]) => this.car(driver, fix));
  }

  /** Stops the timers, and writes what the view does not have yet. */
  async close(): Promise<void> {
    this.stopBatch?.();
    this.stopKeep?.();
    await this.keep();
  }

  private put(driver: string, fix: Fix): void {
    this.fixes.delete(driver);
    this.fixes.set(driver, fix);
    const [silent] = this.fixes.keys();
    if (this.fixes.size > this.most && silent !== undefined) this.fixes.delete(silent);
  }

  /** Something that other nodes do not know by themselves. */
  private movedHere(driver: string): void {
    if (this.others.nodes().length > 1) this.untold.add(driver);
    this.changed(driver);
  }

  private movedElsewhere(driver: string, fix: Fix | null, node: string, here: boolean): void {
    if (fix && fix.at > (this.fixes.get(driver)?.at ?? 0)) this.put(driver, fix);
    if (here) this.elsewhere.set(driver, node);
    else if (this.elsewhere.get(driver) === node) this.elsewhere.delete(driver);
    this.changed(driver);
  }

  private batch(): void {
    const untold = [...this.untold].map((id) => ({
      id,
      fix: this.fixes.get(id) ?? null,
      here: this.online.has(id),
    }));
    this.untold.clear();
    if (untold.length > 0) this.others.tell(MOVED, { cars: untold } satisfies MovedElsewhere);
    const cars = [...this.moved].flatMap((driver) => {
      const fix = this.fixes.get(driver);
      return fix ? [this.car(driver, fix)] : [];
    });
    this.moved.clear();
    if (cars.length > 0) this.options.send({ volatile: true, value: { cars } });
  }

  /** One write at a time: after a slow one the next takes all that moved meanwhile. */
  private keep(): Promise<void> {
    this.keeping = this.keeping.then(async () => {
      const drivers = [...this.unkept];
      this.unkept.clear();
      if (drivers.length === 0) return;
      try {
        await this.options.views.apply(drivers.flatMap((driver) => this.row(driver)));
      } catch (error) {
        for (const driver of drivers) this.unkept.add(driver);
        this.options.onError(error);
      }
    });
    return this.keeping;
  }

  private row(driver: string): Row[] {
    const fix = this.fixes.get(driver);
    return fix ? [{ collection: positionsCollection.name, id: driver, version: fix.at, fields: { ...fix } }] : [];
  }

  private car(id: string, { lon, lat, at }: Fix): Car {
    return {
      id,
      lon,
      lat,
      at,
      online: this.online.has(id) || this.elsewhere.has(id),
      pickup: this.options.hasPickup(id),
    };
  }
}

function fixOf({ lon, lat, at, bearing }: Readonly<Record<string, Json>>): Fix | undefined {
  if (typeof lon !== 'number' || typeof lat !== 'number' || typeof at !== 'number') return undefined;
  return { lon, lat, at, ...(typeof bearing === 'number' ? { bearing } : {}) };
}

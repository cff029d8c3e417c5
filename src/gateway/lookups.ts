/**
 * Facts of the server's own that a command needs before its turn: what a product is called, what a
 * driver calls himself, where a device is. Never what a client says (B1).
 */
import { LRUCache } from 'lru-cache';

import { CATALOGUE, type CatalogueReads } from '../actors/catalogue/commands.js';
import type { DeviceReads, Place } from '../actors/device/commands.js';
import type { DriverHome } from '../actors/driver/reads.js';
import type { Engine, Push, Unstored } from '../actors/runtime/engine.js';
import { keyOf } from '../actors/runtime/ids.js';
import { splitStream } from '../actors/runtime/streams.js';
import type { ActorId, Json } from '../store/ports.js';
import { DEVICE_RETIRED } from './auth/ends.js';
import type { Positions } from './geo/positions.js';

type Reads = Pick<Engine, 'read'>;

/** Who asks for these facts. */
const SELF = 'system:gateway';

async function ask(
  engine: Reads,
  actor: ActorId,
  name: string,
  input: Json,
): Promise<{ readonly value: Json } | Unstored> {
  const answer = await engine.read(actor, name, input, SELF);
  if ('unstored' in answer) return answer;
  const { outcome } = answer.value;
  return outcome.ok ? outcome : { unstored: outcome.error };
}

/** Names of products. */
export class Catalogue {
  constructor(private readonly engine: Reads) {}

  /** The lines with the names that the catalogue gives their products. */
  async named<L extends { readonly product: string }>(
    lines: readonly L[],
  ): Promise<{ readonly lines: readonly (L & { readonly name: string })[] } | Unstored> {
    const products = [...new Set(lines.map(({ product }) => product))];
    const found = await ask(this.engine, `catalogue:${CATALOGUE}`, 'named', { products });
    if ('unstored' in found) return found;
    const { products: named } = found.value as CatalogueReads['named']['reply'];
    return { lines: lines.map((line) => ({ ...line, name: named[line.product]?.name ?? line.product })) };
  }
}

/** Names of people. */
export class People {
  constructor(private readonly engine: Reads) {}

  /** What a driver is called. */
  async driverName(driver: string): Promise<string | Unstored> {
    const found = await ask(this.engine, `driver:${driver}`, 'home', {});
    if ('unstored' in found) return found;
    const { displayName } = found.value as DriverHome;
    return displayName === '' ? driver : displayName;
  }
}

/** Devices whose owner is remembered. */
const MOST_OWNERS = 100_000;
/** An older fix says nothing of where a sale is made, ms. */
const FRESH_MS = 10 * 60_000;
/** Pushes by which a device tells that it has another owner, or none. */
export const OWNER_PUSHES: readonly string[] = ['owner.changed', DEVICE_RETIRED];
/** A device without an owner. */
const NOBODY = '';

/** Where devices are: in the cars of the drivers who own them. */
export class Whereabouts {
  // A `max` would take the room for all of them now.
  private readonly owners = new LRUCache<string, string>({ maxSize: MOST_OWNERS, sizeCalculation: () => 1 });

  constructor(
    private readonly engine: Reads,
    private readonly positions: Pick<Positions, 'last'>,
    private readonly now: () => number,
  ) {}

  /** Where a device is, when that is known; a promise only when its owner must be asked for. */
  of(device: string): Place | undefined | Promise<Place | undefined> {
    const owner = this.owners.get(device);
    return owner === undefined ? this.owner(device).then((known) => this.at(known)) : this.at(owner);
  }

  /** `dr_…`, or '' when the device has none. */
  async owner(device: string): Promise<string> {
    const found = await ask(this.engine, `device:${device}`, 'owner', {});
    if ('unstored' in found) return NOBODY;
    const owner = (found.value as DeviceReads['owner']['reply']).owner ?? NOBODY;
    this.owners.set(device, owner);
    return owner;
  }

  /** Forgets an owner when a device tells that it has another. */
  onPush({ stream, name }: Push): void {
    if (!OWNER_PUSHES.includes(name)) return;
    const parts = splitStream(stream);
    if (parts) this.owners.delete(keyOf(parts.actor));
  }

  private at(owner: string): Place | undefined {
    const fix = owner === NOBODY ? undefined : this.positions.last(owner);
    return fix && this.now() - fix.at <= FRESH_MS ? { lon: fix.lon, lat: fix.lat } : undefined;
  }
}

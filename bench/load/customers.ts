/**
 * Whole sales and whole restocks at the usual way's front door. Nobody is pushed anything there: the device reports as
 * soon as its passenger has paid, the depot goes on as soon as its driver has.
 */
import { driverId, passengerId } from '../peers/usual/seed.js';
import { DEPOT, deviceId, productOf } from '../town/names.js';
import { Door, type Bearer, type UsualDoor } from './door.js';
import { errand, type Streets } from './walk.js';

export class Customers {
  private readonly door: Door;
  private readonly run = `b${Date.now()}`;
  /** By number. */
  private readonly passengers: readonly Bearer[];
  private readonly boxes: readonly Bearer[];

  constructor(
    door: UsualDoor,
    private readonly streets: Streets,
  ) {
    const { devices, passengers, chains } = streets;
    this.door = new Door(door, chains);
    this.passengers = Array.from({ length: passengers }, (_, i) => this.door.bearer(`passenger:${passengerId(i)}`));
    this.boxes = Array.from({ length: devices }, (_, i) => this.door.bearer(`device:${deviceId(i)}`));
  }

  /** One whole sale. */
  async buy(chain: number, step: number): Promise<number> {
    const { door, passengers, boxes } = this;
    const { passenger: number, box, device, lines } = errand(this.streets, chain, step);
    const [passenger, id] = [passengers[number], `${this.run}.${step}`];
    const { sale } = await door.ask<{ sale: string }>('/sales', passenger, id, { device, lines });
    await door.ask(`/sales/${sale}/pay`, passenger, `${id}.p`, { device });
    const dropped = lines.map(({ slot, units }) => ({ slot, dropped: units }));
    await door.ask(`/sales/${sale}/report`, boxes[box], `r.${sale}`, { lines: dropped });
    return 1;
  }
}

export class Carters {
  private readonly door: Door;
  private readonly run = `c${Date.now()}`;
  private readonly depot: Bearer;
  private readonly drivers: readonly Bearer[];

  constructor(door: UsualDoor, count: number) {
    this.door = new Door(door, count);
    this.depot = this.door.bearer(`station:${DEPOT}`);
    this.drivers = Array.from({ length: count }, (_, i) => this.door.bearer(`driver:${driverId(i)}`));
  }

  /** One whole restock of a driver: one unit of one product, until he carries it. */
  async fetch(chain: number, step: number): Promise<number> {
    const { door, depot } = this;
    const [driver, id] = [this.drivers[chain], `${this.run}.${step}`];
    const order = { station: DEPOT, lines: [{ product: productOf(1), units: 1 }] };
    const { restock } = await door.ask<{ restock: string }>('/restocks', driver, id, order);
    const at = `/restocks/${restock}`;
    await door.ask(`${at}/pay`, driver, `${id}.p`, { station: DEPOT });
    const { code } = await door.ask<{ code: string }>(`${at}/accept`, depot, `${id}.a`, {});
    await door.ask(`${at}/ready`, depot, `${id}.r`, {});
    await door.ask(`${at}/hand-over`, depot, `${id}.h`, { code });
    return 1;
  }
}

/**
 * Whole sales at the usual way's front door: HTTP on connections that stay open. The device reports as soon as its passenger
 * has paid: of what falls it need not be told.
 */
import { createSigner } from 'fast-jwt';
import { Pool } from 'undici';

import { passengerId } from '../peers/usual/seed.js';
import { deviceId } from '../town/devices.js';
import { errand, type Streets } from './walk.js';

export interface UsualDoor {
  readonly url: string;
  /** Tokens are signed with it. */
  readonly secret: string;
  readonly streets: Streets;
}

export class Customers {
  private readonly pool: Pool;
  private readonly run = `b${Date.now()}`;
  /** What each says of himself, by number. */
  private readonly passengers: readonly string[];
  private readonly boxes: readonly string[];

  constructor(private readonly door: UsualDoor) {
    const { devices, passengers, chains } = door.streets;
    const sign = createSigner({ key: door.secret });
    const bearer = (sub: string): string => `Bearer ${sign({ sub })}`;
    // As many connections as requests under way: none waits behind another.
    this.pool = new Pool(door.url, { connections: chains });
    this.passengers = Array.from({ length: passengers }, (_, i) => bearer(`passenger:${passengerId(i)}`));
    this.boxes = Array.from({ length: devices }, (_, i) => bearer(`device:${deviceId(i)}`));
  }

  /** One whole sale. */
  async buy(chain: number, step: number): Promise<number> {
    const { passenger: number, box: boxNumber, device, lines } = errand(this.door.streets, chain, step);
    const [passenger = '', box = ''] = [this.passengers[number], this.boxes[boxNumber]];
    const id = `${this.run}.${step}`;
    const { sale } = await this.ask<{ sale: string }>('/sales', passenger, id, { device, lines });
    await this.ask(`/sales/${sale}/pay`, passenger, `${id}.p`, { device });
    const dropped = lines.map(({ slot, units }) => ({ slot, dropped: units }));
    await this.ask(`/sales/${sale}/report`, box, `r.${sale}`, { lines: dropped });
    return 1;
  }

  private async ask<T>(path: string, authorization: string, key: string, said: object): Promise<T> {
    const { statusCode, body } = await this.pool.request({
      path,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(said),
    });
    const answer = (await body.json()) as T;
    if (statusCode !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

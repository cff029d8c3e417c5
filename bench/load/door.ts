/** The usual way's front door: HTTP on connections that stay open, as many as requests are under way. */
import { createSigner } from 'fast-jwt';
import { Pool } from 'undici';

export interface UsualDoor {
  readonly url: string;
  /** Tokens are signed with it. */
  readonly secret: string;
}

/** What somebody says of himself. */
export type Bearer = string;

export class Door {
  private readonly pool: Pool;
  private readonly sign: (payload: { readonly sub: string }) => string;

  constructor({ url, secret }: UsualDoor, connections: number) {
    this.pool = new Pool(url, { connections });
    this.sign = createSigner({ key: secret });
  }

  bearer(sub: string): Bearer {
    return `Bearer ${this.sign({ sub })}`;
  }

  /** One request; a refusal is a fault of the benchmark. */
  async ask<T>(path: string, authorization: Bearer | undefined, key: string, said: object): Promise<T> {
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

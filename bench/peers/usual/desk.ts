/** What every request of the usual way goes through: who asks, under which key, and one stored function. */
import { createVerifier } from 'fast-jwt';
import type { FastifyRequest } from 'fastify';
import pg from 'pg';

/** Connections to PostgreSQL; 8 and 32 were no faster on two cores. */
const CONNECTIONS = 16;
/** SQLSTATE of `RAISE EXCEPTION`. */
const RAISED = 'P0001';

export const ID = /^[A-Za-z0-9_.@+-]{1,64}$/;

export type Role = 'passenger' | 'device' | 'driver' | 'station';

/** Where PostgreSQL is, and what tokens are signed with. */
export interface DeskPlan {
  readonly postgresFolder: string;
  readonly postgresUser: string;
  readonly secret: string;
}

/** A request that is not let in. */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class Desk {
  private readonly pool: pg.Pool;
  private readonly verify: (token: string) => { readonly sub: string };

  constructor({ postgresFolder: host, postgresUser: user, secret }: DeskPlan) {
    this.pool = new pg.Pool({ host, user, database: 'postgres', max: CONNECTIONS });
    // A token that was seen is not checked again.
    this.verify = createVerifier({ key: secret, cache: 10_000 }) as Desk['verify'];
  }

  /** Who asks, in the role that may; and the key that makes the request safe to repeat. */
  asker({ headers }: FastifyRequest, role: Role): readonly [caller: string, key: string] {
    const { sub } = this.verify(headers.authorization?.slice('Bearer '.length) ?? '');
    if (!sub.startsWith(`${role}:`)) throw new Refused(403, 'not_allowed');
    const key = headers['idempotency-key'];
    if (typeof key !== 'string' || !ID.test(key)) throw new Refused(400, 'Idempotency-Key: must be there');
    return [sub.slice(role.length + 1), key];
  }

  /** One stored function, prepared once on each connection. */
  async call<T>(name: string, ...values: readonly string[]): Promise<T> {
    const text = `SELECT ${name}(${values.map((_, i) => `$${i + 1}`).join(', ')}) AS answer`;
    const { rows } = await this.pool.query<{ answer: T }>({ name, text, values: [...values] });
    const [row] = rows;
    if (!row) throw new Error(`${name}: no answer`);
    return row.answer;
  }

  /** The status of an answer to a request that failed; what a function raises is refused. */
  statusOf(error: unknown): number {
    if (error instanceof Refused) return error.status;
    return error instanceof pg.DatabaseError && error.code === RAISED ? 409 : 500;
  }
}

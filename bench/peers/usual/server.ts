/**
 * The usual way to build such a shop: an HTTP handler, a lock in Redis for the device, one transaction in PostgreSQL. A token
 * for each caller, bodies checked by schema, a key that makes a request safe to repeat.
 */
import { Type, type Static } from '@sinclair/typebox';
import { createVerifier } from 'fast-jwt';
import { fastify, type FastifyRequest } from 'fastify';
import { nanoid } from 'nanoid';
import pg from 'pg';

import { businessDay } from '#built/actors/shared/period.js';
import { Locks } from './locks.js';
import { scoresOf, type Settled } from './rankings.js';

/** Where it finds what it needs. */
export interface UsualPlan {
  readonly postgresFolder: string;
  readonly postgresUser: string;
  readonly redisUrl: string;
  /** Tokens are signed with it. */
  readonly secret: string;
}

/** Connections to PostgreSQL; 8 and 32 were no faster on two cores. */
const CONNECTIONS = 16;
/** SQLSTATE of `RAISE EXCEPTION`. */
const RAISED = 'P0001';
const ZONE = 'Asia/Shanghai';

const ID = /^[A-Za-z0-9_.@+-]{1,64}$/;
const Id = Type.String({ pattern: ID.source });
const whole = (minimum: number) => Type.Integer({ minimum, maximum: 999 });
const Asked = Type.Object({ slot: whole(1), units: whole(1) });
const Dropped = Type.Object({ slot: whole(1), dropped: whole(0) });
const some = { minItems: 1, maxItems: 20 };
const Place = Type.Object({ device: Id, lines: Type.Array(Asked, some) });
const Pay = Type.Object({ device: Id });
const Report = Type.Object({ lines: Type.Array(Dropped, some) });
const OfSale = Type.Object({ sale: Id });

/** Begins to listen on a free port of the loopback; gives the address. */
export async function serveUsual(plan: UsualPlan): Promise<string> {
  const { postgresFolder: host, postgresUser: user, redisUrl, secret } = plan;
  const pool = new pg.Pool({ host, user, database: 'postgres', max: CONNECTIONS });
  const locks = new Locks(redisUrl);
  const app = fastify();
  // A token that was seen is not checked again.
  const verify = createVerifier({ key: secret, cache: 10_000 }) as (token: string) => { readonly sub: string };

  /** Who asks, in the role that may. */
  const caller = ({ headers }: FastifyRequest, role: 'passenger' | 'device'): string => {
    const { sub } = verify(headers.authorization?.slice('Bearer '.length) ?? '');
    if (!sub.startsWith(`${role}:`)) throw new Refused(403, 'not_allowed');
    return sub.slice(role.length + 1);
  };

  /** The key that makes the request safe to repeat. */
  const keyOf = ({ headers }: FastifyRequest): string => {
    const key = headers['idempotency-key'];
    if (typeof key !== 'string' || !ID.test(key)) throw new Refused(400, 'Idempotency-Key: must be there');
    return key;
  };

  /** One stored function, prepared once on each connection; what it raises is refused. */
  const call = async <T>(name: string, ...values: readonly string[]): Promise<T> => {
    const text = `SELECT ${name}(${values.map((_, i) => `$${i + 1}`).join(', ')}) AS answer`;
    const { rows } = await pool.query<{ answer: T }>({ name, text, values: [...values] });
    const [row] = rows;
    if (!row) throw new Error(`${name}: no answer`);
    return row.answer;
  };

  app.setErrorHandler((error, _request, reply) => {
    const refused = error instanceof pg.DatabaseError && error.code === RAISED;
    const status = error instanceof Refused ? error.status : refused ? 409 : 500;
    return reply.code(status).send({ error: error instanceof Error ? error.message : String(error) });
  });

  app.post<{ Body: Static<typeof Place> }>('/sales', { schema: { body: Place } }, (request) => {
    const { device, lines } = request.body;
    const [passenger, key, sale] = [caller(request, 'passenger'), keyOf(request), `s_${nanoid()}`];
    return locks.with(device, () => call('place_sale', passenger, key, device, sale, JSON.stringify(lines)));
  });

  app.post<{ Body: Static<typeof Pay>; Params: Static<typeof OfSale> }>(
    '/sales/:sale/pay',
    { schema: { body: Pay, params: OfSale } },
    (request) => {
      const { device } = request.body;
      const [passenger, key] = [caller(request, 'passenger'), keyOf(request)];
      return locks.with(device, () => call('pay_sale', passenger, key, device, request.params.sale));
    },
  );

  app.post<{ Body: Static<typeof Report>; Params: Static<typeof OfSale> }>(
    '/sales/:sale/report',
    { schema: { body: Report, params: OfSale } },
    (request) => {
      const [device, key, lines] = [caller(request, 'device'), keyOf(request), JSON.stringify(request.body.lines)];
      const day = businessDay(Date.now(), ZONE);
      const settle = () => call<Settled>('report_dispense', device, key, request.params.sale, lines, day);
      return locks.with(device, settle, (settled) => scoresOf(device, settled, day));
    },
  );

  return app.listen({ host: '127.0.0.1', port: 0 });
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

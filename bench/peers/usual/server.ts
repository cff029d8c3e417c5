/**
 * The usual way to build such a shop: an HTTP handler, a lock in Redis for the device, one transaction in PostgreSQL. A
 * token for each caller, bodies checked by schema, a key that makes a request safe to repeat.
 */
import { Type, type Static } from '@sinclair/typebox';
import { fastify } from 'fastify';
import { nanoid } from 'nanoid';

import { businessDay } from '#built/actors/shared/period.js';
import { Desk, ID, type DeskPlan } from './desk.js';
import { Locks } from './locks.js';
import { scoresOf, type Settled } from './rankings.js';
import { restockRoutes } from './restock.js';

/** Where it finds what it needs. */
export interface UsualPlan extends DeskPlan {
  readonly redisUrl: string;
}

const ZONE = 'Asia/Shanghai';

const Id = Type.String({ pattern: ID.source });
const whole = (minimum: number) => Type.Integer({ minimum, maximum: 999 });
const some = { minItems: 1, maxItems: 20 };
const Place = Type.Object({ device: Id, lines: Type.Array(Type.Object({ slot: whole(1), units: whole(1) }), some) });
const Pay = Type.Object({ device: Id });
const Report = Type.Object({ lines: Type.Array(Type.Object({ slot: whole(1), dropped: whole(0) }), some) });
const OfSale = Type.Object({ sale: Id });

type Of<B, P = object> = { Body: B; Params: P };

/** Begins to listen on a free port of the loopback; gives the address. */
export async function serveUsual(plan: UsualPlan): Promise<string> {
  const desk = new Desk(plan);
  const locks = new Locks(plan.redisUrl);
  const app = fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(desk.statusOf(error)).send({ error: error instanceof Error ? error.message : String(error) }),
  );

  app.post<Of<Static<typeof Place>>>('/sales', { schema: { body: Place } }, (request) => {
    const { device, lines } = request.body;
    const [passenger, key] = desk.asker(request, 'passenger');
    const said = [passenger, key, device, `s_${nanoid()}`, JSON.stringify(lines)];
    return locks.with(device, () => desk.call('place_sale', ...said));
  });

  const ofSale = { params: OfSale };
  type OfSale = Static<typeof OfSale>;
  app.post<Of<Static<typeof Pay>, OfSale>>('/sales/:sale/pay', { schema: { body: Pay, ...ofSale } }, (request) => {
    const { device } = request.body;
    const [passenger, key] = desk.asker(request, 'passenger');
    return locks.with(device, () => desk.call('pay_sale', passenger, key, device, request.params.sale));
  });

  const report = { schema: { body: Report, ...ofSale } };
  app.post<Of<Static<typeof Report>, OfSale>>('/sales/:sale/report', report, (request) => {
    const [device, key] = desk.asker(request, 'device');
    const day = businessDay(Date.now(), ZONE);
    const said = [device, key, request.params.sale, JSON.stringify(request.body.lines), day];
    const settle = () => desk.call<Settled>('report_dispense', ...said);
    return locks.with(device, settle, (settled) => scoresOf(device, settled, day));
  });

  restockRoutes(app, desk, locks);
  return app.listen({ host: '127.0.0.1', port: 0 });
}

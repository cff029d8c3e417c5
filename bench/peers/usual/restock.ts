/** The five steps of a restock, under a lock for its station. */
import { randomInt } from 'node:crypto';

import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { nanoid } from 'nanoid';

import { ID, type Desk } from './desk.js';
import type { Locks } from './locks.js';

const Id = Type.String({ pattern: ID.source });
const Line = Type.Object({ product: Id, units: Type.Integer({ minimum: 1, maximum: 10_000 }) });
const Place = Type.Object({ station: Id, lines: Type.Array(Line, { minItems: 1, maxItems: 200 }) });
const Pay = Type.Object({ station: Id });
const Show = Type.Object({ code: Id });
const OfRestock = Type.Object({ restock: Id });

type Of<B> = { Body: B; Params: Static<typeof OfRestock> };
type OfOne = { Params: Static<typeof OfRestock> };

/** A pick-up code is so long. */
const CODES = 1_000_000;

export function restockRoutes(app: FastifyInstance, desk: Desk, locks: Locks): void {
  app.post<{ Body: Static<typeof Place> }>('/restocks', { schema: { body: Place } }, (request) => {
    const { station, lines } = request.body;
    const said = [...desk.asker(request, 'driver'), station, `r_${nanoid()}`, JSON.stringify(lines)];
    return locks.with(station, () => desk.call('place_restock', ...said));
  });

  const params = OfRestock;
  app.post<Of<Static<typeof Pay>>>('/restocks/:restock/pay', { schema: { body: Pay, params } }, (request) => {
    const { station } = request.body;
    const said = [...desk.asker(request, 'driver'), station, request.params.restock];
    return locks.with(station, () => desk.call('pay_restock', ...said));
  });

  /** A step that the station takes. */
  const step = (request: FastifyRequest<OfOne>, name: string, ...more: readonly string[]): Promise<unknown> => {
    const [station, key] = desk.asker(request, 'station');
    return locks.with(station, () => desk.call(name, station, key, request.params.restock, ...more));
  };
  app.post<OfOne>('/restocks/:restock/accept', { schema: { params } }, (request) =>
    step(request, 'accept_restock', String(randomInt(CODES)).padStart(6, '0')),
  );
  app.post<OfOne>('/restocks/:restock/ready', { schema: { params } }, (request) => step(request, 'ready_restock'));
  app.post<Of<Static<typeof Show>>>('/restocks/:restock/hand-over', { schema: { body: Show, params } }, (request) =>
    step(request, 'hand_over', request.body.code),
  );
}

/**
 * The sandbox: a payment provider for tests and demonstrations, behind its own HTTP port, that behaves like
 * the real ones, also at their worst.
 *
 *   for the shop, signed (signature.ts)
 *     POST /payments              opens an order → { order, url }
 *     GET  /payments/:order       what became of it
 *     POST /refunds               sends money back → { refund, at }
 *     GET  /statement?day=&format=json|csv
 *   for the operator, on the same port, unsigned: it listens on the loopback address unless told otherwise
 *     PUT  /operator/behaviour    { behaviour, afterMs? }: how orders behave from now on
 *     PUT  /operator/behaviour/:order   the same for one order, also before it is opened
 *     GET  /operator/call-backs   { pending, tried, heard }: what payers will do and shops be told, how often they were
 *          told, and heard
 *     GET  /pay/:order            the page that a payer is led to
 *
 * Boundary: it shares the wire's shapes and the signature with the shop's side, and nothing else.
 */
import fastify, { type FastifyInstance } from 'fastify';
import { Type } from '@sinclair/typebox';

import { systemClock, type Clock } from '../../../actors/runtime/clock.js';
import { noSchemas } from '../../http/schemas.js';
import { isSigned } from '../signature.js';
import { CreateOrder, CreateRefund, reader } from '../wire.js';
import { behaviours } from './behaviour.js';
import { csvOf } from './csv.js';
import { SandboxRefusal } from './ledger.js';
import { Till } from './till.js';

export interface SandboxServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Held by the shop too. */
  readonly secret: string;
  readonly clock?: Clock;
  readonly host?: string;
  /** IANA zone whose days statements are by. */
  readonly zone?: string;
  /** How long a payer takes, ms. */
  readonly payAfterMs?: number;
  /** The first pause before a call-back is told again, ms. */
  readonly repeatMs?: number;
}

export interface Sandbox {
  readonly url: string;
  close(): Promise<void>;
}

const readOrder = reader(CreateOrder);
const readRefund = reader(CreateRefund);
const readWish = reader(
  Type.Object({
    behaviour: Type.Union(behaviours.map((name) => Type.Literal(name))),
    afterMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
  }),
);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export async function startSandbox(options: SandboxServerOptions): Promise<Sandbox> {
  const { port, secret, clock = systemClock, host = '127.0.0.1', zone = 'Asia/Shanghai' } = options;
  const { payAfterMs = 200, repeatMs = 1000 } = options;
  const app = fastify({ forceCloseConnections: true, schemaController: noSchemas });
  const till = new Till({ clock, secret, zone, payAfterMs, repeatMs });
  // A signature covers the text of a body, so bodies stay texts.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof SandboxRefusal)) throw error;
    void reply.code(error.status).send({ code: error.code, message: error.message });
  });
  void app.register((operator, _options, done) => {
    addOperator(operator, till);
    done();
  });
  void app.register((shop, _options, done) => {
    shop.addHook('preHandler', ({ body, headers, url }, _reply, proceed) => {
      const signed = isSigned(secret, typeof body === 'string' ? body : url, headers, clock.now());
      proceed(signed ? undefined : new SandboxRefusal(401, 'bad_signature', 'sandbox-signature: does not match'));
    });
    addShop(shop, till);
    done();
  });
  const url = await app.listen({ port, host });
  till.pagesAt(`${url}/pay/`);
  return {
    url,
    close: async () => {
      till.stop();
      await app.close();
    },
  };
}

function addShop(app: FastifyInstance, till: Till): void {
  app.post('/payments', ({ body }) => till.open(parse(readOrder, body, 'an order')));
  app.get<{ Params: Named }>('/payments/:order', ({ params: { order } }) => till.ledger.state(order));
  app.post('/refunds', ({ body }) => till.refund(parse(readRefund, body, 'a refund')));
  app.get<{ Querystring: { day?: string; format?: string } }>('/statement', async ({ query }, reply) => {
    const { day = '', format = 'json' } = query;
    if (!DAY.test(day)) throw new SandboxRefusal(422, 'bad_input', 'day: must be YYYY-MM-DD');
    const lines = till.ledger.statement(day);
    return format === 'csv' ? reply.type('text/csv').send(csvOf(lines)) : { day, lines };
  });
}

function addOperator(app: FastifyInstance, till: Till): void {
  app.put('/operator/behaviour', async ({ body }, reply) => {
    till.wish(parse(readWish, body, 'a behaviour'));
    return reply.code(204).send();
  });
  app.put<{ Params: Named }>('/operator/behaviour/:order', async ({ body, params: { order } }, reply) => {
    till.wish(parse(readWish, body, 'a behaviour'), order);
    return reply.code(204).send();
  });
  app.get('/operator/call-backs', () => till.callBacks);
  app.get<{ Params: Named }>('/pay/:order', async ({ params: { order } }, reply) => {
    const { amount, currency } = till.ledger.order(order);
    const { result } = till.ledger.state(order);
    return reply.type('text/plain').send(`Order ${order}: ${amount} ${currency} (minor units), ${result}\n`);
  });
}

interface Named {
  order: string;
}

function parse<T>(read: (text: string) => T | undefined, body: unknown, what: string): T {
  const value = typeof body === 'string' ? read(body) : undefined;
  if (value === undefined) throw new SandboxRefusal(422, 'bad_input', `body: is not ${what}`);
  return value;
}

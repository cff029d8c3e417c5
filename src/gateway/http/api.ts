/**
 * The HTTP door: `POST /api/v1/<name>` with the input as body. `Idempotency-Key` is the command's id;
 * who asks is said by `Authorization`: `Bearer <access token>`, `Basic` of a device's id and key, or
 * `Screen <key>`. The answer is the same as a socket's acknowledgement.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Refusal } from '../../store/ports.js';
import { addressOf } from '../address.js';
import { ackOf, refusal, statusOf, type Ack } from '../answer.js';
import type { Caller } from '../contract/declare.js';
import type { Dispatcher } from '../dispatch.js';
import type { Buckets } from '../limits/buckets.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';

export interface ApiOptions {
  readonly dispatcher: Dispatcher;
  readonly identify: (auth: unknown, address: string) => Promise<Caller | Refusal>;
  /** By subject, shared with the sockets; and by address. */
  readonly buckets: Buckets;
  readonly addresses: Buckets;
  readonly proxies: number;
  readonly meters: Meters;
  readonly log: Log;
}

interface Route {
  readonly Params: { readonly name: string };
}

export function addApi(http: FastifyInstance, options: ApiOptions): void {
  http.post<Route>('/api/v1/:name', async (request, reply) => {
    const { name } = request.params;
    const ack = await answer(name, request, options);
    if (!ack.ok) {
      options.meters.answered(name, ack.error.code);
      void reply.status(statusOf(ack.error));
      const { retryAfterMs } = ack.error;
      if (retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    }
    return reply.send(ack);
  });
}

async function answer(name: string, request: FastifyRequest<Route>, options: ApiOptions): Promise<Ack> {
  const address = addressOf(request.ip, request.headers['x-forwarded-for'], options.proxies);
  const tooOften = options.addresses.take(address);
  if (tooOften > 0) return no(refusal('too_many_requests', 'this address asks too often', { retryAfterMs: tooOften }));
  const auth = authOf(request.headers.authorization);
  if (!auth)
    return no(refusal('bad_input', 'Authorization: must be Bearer <token>, Basic <device:key> or Screen <key>'));
  const caller = await options.identify(auth, address);
  if ('code' in caller) return no(caller);
  const wait = options.buckets.take(caller.subject);
  if (wait > 0) return no(refusal('too_many_requests', 'this account asks too often', { retryAfterMs: wait }));
  const id = request.headers['idempotency-key'];
  const dispatched = options.dispatcher.dispatch(name, id, request.body === undefined ? {} : request.body, caller);
  if ('refused' in dispatched) return no(dispatched.refused);
  try {
    return ackOf(await dispatched.asked);
  } catch (error) {
    options.log.error({ err: error, request: name, id, caller: caller.subject }, 'a request failed');
    return no(refusal('gateway_failed', 'the server failed on this; it was reported'));
  }
}

function no(error: Refusal): Ack {
  return { ok: false, error };
}

/** What a header says of who asks, in the words of a socket's connect; undefined when it says nothing known. */
function authOf(header: string | undefined): object | undefined {
  if (header === undefined) return {};
  const [, scheme = '', said = ''] = /^(\w+) +(\S+)$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return { token: said };
    case 'screen':
      return { screen: said };
    case 'basic': {
      const [device, key] = Buffer.from(said, 'base64').toString().split(':');
      return { device, key };
    }
    default:
      return undefined;
  }
}

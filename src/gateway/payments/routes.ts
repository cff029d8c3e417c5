/** The HTTP paths of payments: where providers call back, and where a payer is led to the provider's page. */
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';

import type { PaymentSeen } from '../../actors/payment/index.js';
import type { Engine } from '../../actors/runtime/engine.js';
import { callBack, type CallBackTools } from './call-backs.js';
import type { PaymentProviders } from './provider.js';

export interface PaymentRouteTools extends CallBackTools {
  readonly engine: Pick<Engine, 'ask' | 'read'>;
  readonly providers: PaymentProviders;
  /** How long who asks for a page must wait, ms; 0: not at all. A page brings an actor into memory (R8). */
  readonly wait: (request: FastifyRequest) => number;
}

/** The path that a provider calls back. */
export function callBackPath(provider: string): string {
  return `/payments/${provider}/call-back`;
}

const KEY = /^[A-Za-z0-9_.@+-]{1,64}$/;

/** Registers both paths. Bodies stay texts here, because a signature covers the text. */
export function paymentRoutes(tools: PaymentRouteTools): FastifyPluginCallback {
  return (app, _options, done) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    app.post<{ Params: { provider: string } }>(callBackPath(':provider'), async ({ params, headers, body }, reply) => {
      const provider = Object.hasOwn(tools.providers, params.provider) ? tools.providers[params.provider] : undefined;
      if (!provider) return reply.code(404).send();
      const answer = await callBack(provider, { headers, body: typeof body === 'string' ? body : '' }, tools);
      return reply.code(answer.status).type('text/plain').send(answer.body);
    });
    app.get<{ Params: { payment: string } }>('/pay/:payment', async (request, reply) => {
      const ms = tools.wait(request);
      if (ms > 0) {
        void reply.code(429).header('retry-after', Math.ceil(ms / 1000));
        return reply.type('text/plain').send('Too many pages were asked for from this address; try again later.\n');
      }
      const { payment } = request.params;
      const url = KEY.test(payment) ? await providerPage(tools.engine, payment) : undefined;
      if (url === undefined) return reply.code(404).type('text/plain').send('This payment has no page to pay at.\n');
      return reply.redirect(url);
    });
    done();
  };
}

async function providerPage(engine: PaymentRouteTools['engine'], payment: string): Promise<string | undefined> {
  const answer = await engine.read(`payment:${payment}`, 'payment', {}, 'system:pay-page');
  if ('unstored' in answer || !answer.value.outcome.ok) return undefined;
  const { url } = answer.value.outcome.value as PaymentSeen;
  return url ?? undefined;
}

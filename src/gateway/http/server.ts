/**
 * The HTTP side of the gateway: API, health, metrics, pages, the built faces, and what others bring
 * (call-backs of payment providers). Which sockets carry it is the transport's affair.
 */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyPluginCallback,
} from 'fastify';

import { refusal, statusOf } from '../answer.js';
import { MOST_BYTES } from '../transport/port.js';
import type { Log } from '../log.js';
import { noSchemas } from './schemas.js';

/** Routes that another part of the node brings. */
export type HttpPlugin = FastifyPluginAsync | FastifyPluginCallback;

export interface HttpOptions {
  readonly origins: readonly string[];
  /** The folder of the built faces, where there is one. */
  readonly faces?: string;
  /** Routes of other parts of the node. */
  readonly plugins: readonly HttpPlugin[];
  readonly newId: () => string;
  readonly log: Log;
}

/** How long a request may take to arrive, ms. */
const ARRIVE_WITHIN_MS = 30_000;

/**
 * What a page of this server may load: the server's own files and sockets, the styles that a chart writes into its
 * elements, pictures that are drawn in the page. No other page may frame it.
 */
const CONTENT = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'", 'ws:', 'wss:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const http = fastify({
    bodyLimit: MOST_BYTES,
    requestTimeout: ARRIVE_WITHIN_MS,
    logger: false,
    genReqId: (request) => named(request.headers['x-request-id']) ?? options.newId(),
    forceCloseConnections: true,
    schemaController: noSchemas,
  });
  http.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  http.setErrorHandler((error: FastifyError, request, reply) => {
    const wrong = errorOf(error);
    if (wrong.code === 'gateway_failed') {
      options.log.error({ err: error, requestId: request.id, path: request.routeOptions.url }, 'a request failed');
    }
    return reply.status(statusOf(wrong)).send({ ok: false, error: wrong });
  });
  http.setNotFoundHandler((request, reply) =>
    reply.status(404).send({
      ok: false,
      error: refusal('unknown_path', `${request.method} ${request.url.slice(0, 200)}: there is nothing here`),
    }),
  );
  await http.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: CONTENT } });
  await http.register(cors, {
    origin: options.origins.includes('*') ? '*' : [...options.origins],
    exposedHeaders: ['retry-after', 'x-request-id'],
  });
  if (options.faces !== undefined) await http.register(fastifyStatic, { root: options.faces, wildcard: false });
  for (const plugin of options.plugins) await http.register(plugin as FastifyPluginAsync);
  return http;
}

/** A caller's own request id, where it is one that a log can hold. */
function named(id: string | readonly string[] | undefined): string | undefined {
  return typeof id === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(id) ? id : undefined;
}

/** Errors of the HTTP layer in the registry's words. */
function errorOf(error: FastifyError) {
  if (error.statusCode === 413) return refusal('too_large', `the body is larger than ${MOST_BYTES} bytes`);
  if (error.statusCode !== undefined && error.statusCode < 500)
    return refusal('bad_input', `the request: ${error.message}`);
  return refusal('gateway_failed', 'the server failed on this; it was reported');
}

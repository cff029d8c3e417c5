/**
 * `/health`: the process lives, and what it complains of. `/ready`: it takes work. `/metrics`: numbers for Prometheus.
 */
import type { FastifyInstance } from 'fastify';

import type { Metrics } from '../metrics.js';

export interface HealthOptions {
  /** Undefined when work is taken, else why not. */
  readonly notReady: () => string | undefined;
  /** What is wrong with the machine, one line each. */
  readonly complaints: () => readonly string[];
  readonly metrics: Metrics;
}

export function addHealth(http: FastifyInstance, { notReady, complaints, metrics }: HealthOptions): void {
  http.get('/health', (_request, reply) => reply.send({ ok: true, complaints: complaints() }));
  http.get('/ready', (_request, reply) => {
    const why = notReady();
    return why === undefined ? reply.send({ ok: true }) : reply.status(503).send({ ok: false, why });
  });
  http.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.page()));
}

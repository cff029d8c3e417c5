/**
 * What `fastify` checks and writes by schemas: nothing. The contract has its own check, and providers' words have
 * theirs; the compilers that fastify would load else take a start of a node a twentieth of its time.
 */
import type { FastifyServerOptions } from 'fastify';

/** For a `fastify` none of whose routes has a schema of its own. */
export const noSchemas = {
  compilersFactory: { buildValidator: () => refuse, buildSerializer: () => refuse },
} satisfies FastifyServerOptions['schemaController'];

function refuse(): never {
  throw new Error('a route has a schema: fastify has no compiler here');
}

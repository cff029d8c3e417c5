/** `/docs`: the HTTP door, by swagger-ui; `/docs/sockets`: the socket door; both descriptions as JSON. */
import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

import { asyncApi, type SocketSide } from './asyncapi.js';
import { openApi } from './openapi.js';
import { socketPage } from './socket-page.js';

export async function addDocs(http: FastifyInstance, side: SocketSide, version: string): Promise<void> {
  const open = openApi(side.contract, version);
  const sockets = asyncApi(side, version);
  const page = socketPage(sockets);
  const document = open as unknown as StaticDocumentSpec['document'];
  await http.register(swagger, { mode: 'static', specification: { document } });
  await http.register(swaggerUi, { routePrefix: '/docs', uiConfig: { docExpansion: 'none' } });
  http.get('/docs/openapi.json', (_request, reply) => reply.send(open));
  http.get('/docs/asyncapi.json', (_request, reply) => reply.send(sockets));
  http.get('/docs/sockets', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(page),
  );
}

/** Hands a request of uWebSockets.js to Fastify, in process, and brings its answer back. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { HttpRequest, HttpResponse } from 'uWebSockets.js';

import { MOST_BYTES } from './port.js';

/** Headers that belong to one hop, or that uWebSockets.js writes itself. */
const OWN_HEADERS = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date']);

interface Request extends InjectOptions {
  readonly headers: Record<string, string>;
}

/** The handler of every path that is not socket.io's. */
export function toFastify(http: FastifyInstance): (response: HttpResponse, request: HttpRequest) => void {
  return (response, request) => {
    let aborted = false;
    response.onAborted(() => {
      aborted = true;
    });
    const asked = readHead(response, request);
    const answer = (payload: Buffer) => {
      void http.inject({ ...asked, payload }).then(
        (done) => {
          if (!aborted) write(response, done, asked.method === 'HEAD');
        },
        () => {
          if (!aborted) response.close();
        },
      );
    };
    readBody(response, answer);
  };
}

/** A request of uWebSockets.js may be read only before its handler returns. */
function readHead(response: HttpResponse, request: HttpRequest): Request {
  const headers: Record<string, string> = {};
  request.forEach((name, value) => {
    headers[name] = name in headers ? `${headers[name] ?? ''}, ${value}` : value;
  });
  // Undefined where a URL has none, whatever the declarations say.
  const query = (request.getQuery() as string | undefined) ?? '';
  return {
    method: request.getCaseSensitiveMethod().toUpperCase(),
    url: query === '' ? request.getUrl() : `${request.getUrl()}?${query}`,
    headers,
    remoteAddress: Buffer.from(response.getRemoteAddressAsText()).toString(),
  };
}

/** Reads the body; a longer one than allowed is cut one byte above, so that Fastify refuses it as it always does. */
function readBody(response: HttpResponse, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.onData((chunk, isLast) => {
    if (size <= MOST_BYTES) {
      // The memory of a chunk is taken back when this function returns.
      const kept = Buffer.from(Buffer.from(chunk).subarray(0, MOST_BYTES + 1 - size));
      chunks.push(kept);
      size += kept.length;
    }
    if (isLast) done(Buffer.concat(chunks));
  });
}

function write(response: HttpResponse, done: Awaited<ReturnType<FastifyInstance['inject']>>, headOnly: boolean): void {
  response.cork(() => {
    response.writeStatus(`${done.statusCode} ${done.statusMessage}`);
    for (const [name, value] of Object.entries(done.headers)) {
      if (OWN_HEADERS.has(name) || value === undefined) continue;
      for (const one of Array.isArray(value) ? value : [value]) response.writeHeader(name, String(one));
    }
    if (headOnly) response.endWithoutBody(Number(done.headers['content-length'] ?? 0));
    else response.end(done.rawPayload);
  });
}

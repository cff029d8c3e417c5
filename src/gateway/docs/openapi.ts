/** The OpenAPI 3.1 description of the HTTP door, made from the contract. */
import { errors } from '../../errors.js';
import type { Json } from '../../store/ports.js';
import type { Contract } from '../contract/index.js';
import type { Declaration } from '../contract/declare.js';
import { describe, errorsOf } from './about.js';
import { ackSchema, refusalSchema, refusedAckSchema, shown, type Shown } from './schema.js';

export function openApi(contract: Contract, version: string): Shown {
  const entries = Object.entries(contract);
  const tags = [...new Set(entries.map(([name]) => nounOf(name)))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Backseat',
      version,
      description:
        'Every request of the contract over HTTP. Sockets: see /docs/sockets. Amounts are minor units, times ms UTC.',
    },
    tags: tags.map((name) => ({ name })),
    paths: Object.fromEntries(entries.map(([name, one]) => [`/api/v1/${name}`, { post: operation(name, one) }])),
    components: {
      schemas: { Refusal: refusalSchema, Refused: refusedAckSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The access token of a log-in.' },
        device: { type: 'http', scheme: 'basic', description: 'A device’s id and key.' },
        screen: { type: 'http', scheme: 'screen', description: 'The key of big screens, where one is set.' },
      },
    },
  };
}

function nounOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

function operation(name: string, declaration: Declaration): Shown {
  const { summary, access, kind, input, output } = declaration;
  return {
    operationId: name,
    summary,
    description: describe(declaration),
    tags: [nounOf(name)],
    ...(access === 'anyone' ? {} : { security: [{ bearer: [] }, { device: [] }, { screen: [] }] }),
    ...(kind === 'command' ? { parameters: [idempotencyKey] } : {}),
    requestBody: { required: true, content: json(shown(input)) },
    responses: { 200: { description: 'Done.', content: json(ackSchema(shown(output))) }, ...refusals(declaration) },
  };
}

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'The command’s id: made once, kept across retries.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_.@+-]{1,64}$' },
};

/** Refusals by HTTP status. */
function refusals(declaration: Declaration): Shown {
  const codes = new Map<number, string[]>();
  for (const code of errorsOf(declaration)) {
    const { status } = errors[code];
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  const content = json({ $ref: '#/components/schemas/Refused' });
  return Object.fromEntries([...codes].map(([status, list]) => [status, { description: list.join(', '), content }]));
}

function json(schema: Json): Shown {
  return { 'application/json': { schema } };
}

/** The AsyncAPI 3 description of the socket door, made from the contract and the streams. */
import type { Contract } from '../contract/index.js';
import type { StreamDeclaration, VolatileDeclaration } from '../contract/streams/declare.js';
import { FollowInput, LeaveInput } from '../push/follow.js';
import { describe } from './about.js';
import { ackSchema, nullSchema, refusalSchema, refusedAckSchema, shown, type Shown } from './schema.js';

export interface SocketSide {
  readonly contract: Contract;
  readonly streams: readonly StreamDeclaration[];
  readonly volatileEvents: Readonly<Record<string, VolatileDeclaration>>;
}

export function asyncApi({ contract, streams, volatileEvents }: SocketSide, version: string): Shown {
  const requests = Object.entries(contract).map(([name, one]) => {
    const id = one.kind === 'command' ? ['id'] : [];
    return requestParts(name, one.summary, describe(one), shown(one.input), shown(one.output), id);
  });
  const follow = [
    requestParts(
      'stream.follow',
      'Follows a stream, from `after` on where it is given.',
      followText,
      shown(FollowInput),
      followedSchema,
      [],
    ),
    requestParts('stream.leave', 'Follows a stream no more.', '', shown(LeaveInput), nullSchema, []),
  ];
  const all = [...requests, ...follow];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Backseat',
      version,
      description:
        'Sockets: socket.io 4, transport websocket. A request is the event of its name with `{ id?, input }` and an acknowledgement. ' +
        'What is followed comes as the event `push`, what may be skipped as `volatile`. See docs/protocol.md.',
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(all.map(({ name, channel }) => [name, channel])),
      ...Object.fromEntries(streams.map((one) => [streamName(one), streamChannel(one)])),
      ...Object.fromEntries(
        Object.entries(volatileEvents).map(([name, one]) => [`volatile ${name}`, volatileChannel(name, one)]),
      ),
    },
    operations: {
      ...Object.fromEntries(all.map(({ name, operation }) => [name, operation])),
      ...Object.fromEntries(streams.map((one) => [`hear ${streamName(one)}`, hear(streamName(one), one.summary)])),
      ...Object.fromEntries(
        Object.entries(volatileEvents).map(([name, one]) => [
          `hear volatile ${name}`,
          hear(`volatile ${name}`, one.summary),
        ]),
      ),
    },
    components: { schemas: { Refusal: refusalSchema } },
  };
}

const followText =
  'What was missed comes with the acknowledgement, what is new as `push` events after it, without a gap and without a double. ' +
  '`lagged`: too much was missed, or `after` is of another `store` than this, which was restored: take a snapshot. Refusals: `unknown_stream`, `not_allowed`, `too_many_streams`.';

const pushProperties: Shown = {
  stream: { type: 'string' },
  seq: { type: 'integer', description: 'The entry’s seq.' },
  prev: {
    type: 'integer',
    description: 'Seq of the push before in this stream; more than you have: a gap, follow again.',
  },
};

const followedSchema: Shown = {
  type: 'object',
  properties: {
    store: { type: 'string', description: 'The life of the store that the seqs are of; say it with `after`.' },
    head: { type: 'integer', description: 'Seq of the last push of the stream.' },
    missed: {
      type: 'array',
      items: { type: 'object', properties: { ...pushProperties, name: { type: 'string' }, data: {} } },
    },
    lagged: { type: 'boolean' },
  },
};

function requestParts(
  name: string,
  summary: string,
  text: string,
  input: Shown,
  output: Shown,
  required: readonly string[],
) {
  const id = required.length > 0 ? { id: { type: 'string', pattern: '^[A-Za-z0-9_.@+-]{1,64}$' } } : {};
  const payload = { type: 'object', required: [...required, 'input'], properties: { ...id, input } };
  const acknowledgement = { payload: { oneOf: [ackSchema(output), refusedAckSchema] } };
  return {
    name,
    channel: { address: name, messages: { request: { name, summary, payload }, acknowledgement } },
    operation: {
      action: 'receive',
      summary,
      description: text,
      channel: { $ref: pointer(name) },
      messages: [{ $ref: `${pointer(name)}/messages/request` }],
      reply: { channel: { $ref: pointer(name) }, messages: [{ $ref: `${pointer(name)}/messages/acknowledgement` }] },
    },
  };
}

/** A JSON pointer to a channel: `/` and `~` are escaped. */
function pointer(channel: string): string {
  return `#/channels/${encodeURI(channel.replace(/~/g, '~0').replace(/\//g, '~1'))}`;
}

function streamName({ kind, channel }: StreamDeclaration): string {
  return `${kind}:{key}/${channel}`;
}

function streamChannel(stream: StreamDeclaration): Shown {
  const name = streamName(stream);
  const parameters = Object.fromEntries([...name.matchAll(/\{(\w+)\}/g)].map(([, part = '']) => [part, {}]));
  const messages = Object.entries(stream.pushes).map(([push, { summary, data }]) => {
    const properties = { ...pushProperties, name: { const: push }, data: shown(data) };
    return [push, { name: push, summary, payload: { type: 'object', properties } }];
  });
  const description = `Event \`push\`. Followers: ${stream.followers}.`;
  return {
    address: name,
    summary: stream.summary,
    description,
    parameters,
    messages: Object.fromEntries(messages) as Shown,
  };
}

function volatileChannel(name: string, { summary, roles, data }: VolatileDeclaration): Shown {
  const payload = { type: 'object', properties: { name: { const: name }, data: shown(data) } };
  const description = `Event \`volatile\`, to every socket of the roles ${roles.join(', ')}; may be skipped.`;
  return { address: 'volatile', summary, description, messages: { [name]: { name, summary, payload } } };
}

function hear(channel: string, summary: string): Shown {
  return { action: 'send', summary, channel: { $ref: pointer(channel) } };
}

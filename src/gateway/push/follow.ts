/** `stream.follow` and `stream.leave`: requests about one socket's streams. */
import { Type, type Static } from '@sinclair/typebox';

import type { Refusal } from '../../store/ports.js';
import { refusal } from '../answer.js';
import type { Connection } from '../connection.js';
import { fields } from '../contract/fields.js';
import { checkOf } from '../contract/validate.js';
import type { StreamTable } from '../contract/streams/declare.js';
import type { Acknowledge, StreamRequest } from '../sockets.js';
import type { Tools } from '../tools.js';
import type { Hub } from './hub.js';

const Stream = Type.String({ maxLength: 320, rule: 'a stream’s name, <actor>/<channel>' });

export const FollowInput = fields({
  stream: Stream,
  /** The seq of the last push that the client has; absent: only what is told from now on. */
  after: Type.Optional(Type.Integer({ minimum: 0 })),
  /** The store that told that seq, as an earlier answer named it; absent: this one. */
  store: Type.Optional(Type.String({ maxLength: 64, rule: 'a store’s id, as stream.follow told it' })),
});
export const LeaveInput = fields({ stream: Stream });

const checkFollow = checkOf(FollowInput);
const checkLeave = checkOf(LeaveInput);

export interface Following {
  readonly hub: Hub;
  readonly streams: StreamTable;
  readonly tools: Tools;
  /** Streams that one socket may follow. */
  readonly most: number;
}

export function followRequests(following: Following): ReadonlyMap<string, StreamRequest> {
  const requests: Record<string, StreamRequest> = {
    'stream.follow': (connection, input, acknowledge) => {
      if (!checkFollow.passes(input)) {
        acknowledge({ ok: false, error: checkFollow.explain(input) });
        return;
      }
      const request = input as Static<typeof FollowInput>;
      follow(following, connection, request, acknowledge).catch((error: unknown) => {
        following.tools.log.error({ err: error, stream: request.stream }, 'a socket could not follow');
        acknowledge({ ok: false, error: refusal('gateway_failed', 'the server failed on this; it was reported') });
      });
    },
    'stream.leave': (connection, input, acknowledge) => {
      if (!checkLeave.passes(input)) {
        acknowledge({ ok: false, error: checkLeave.explain(input) });
        return;
      }
      const { stream } = input as Static<typeof LeaveInput>;
      following.hub.leave(connection, stream);
      acknowledge({ ok: true, value: null });
    },
  };
  return new Map(Object.entries(requests));
}

async function follow(
  { hub, streams, tools, most }: Following,
  connection: Connection,
  { stream, ...stand }: Static<typeof FollowInput>,
  acknowledge: Acknowledge,
): Promise<void> {
  const refuse = (error: Refusal) => {
    acknowledge({ ok: false, error });
  };
  const found = streams.find(stream);
  if (!found) {
    refuse(refusal('unknown_stream', `${stream}: there is no such stream`));
    return;
  }
  if (followedBesides(stream, connection) + connection.following >= most) {
    refuse(refusal('too_many_streams', `this socket follows ${most} streams, as many as it may`));
    return;
  }
  connection.following += 1;
  try {
    const { caller } = connection;
    if (!(await found.declaration.mayFollow(caller, found.name, found.part, tools))) {
      refuse(refusal('not_allowed', `${stream}: ${found.declaration.followers} may follow this`));
      return;
    }
    await hub.follow(connection, stream, stand, (followed) => {
      if ('code' in followed) refuse(followed);
      else acknowledge({ ok: true, value: followed.value });
    });
  } finally {
    connection.following -= 1;
  }
}

/**
 * Other streams that a socket follows: of its rooms those that a `/` tells to be streams. Who follows this one already
 * has seen a gap, and asks again.
 */
function followedBesides(stream: string, { socket }: Connection): number {
  let followed = 0;
  for (const room of socket.rooms) if (room.includes('/') && room !== stream) followed += 1;
  return followed;
}

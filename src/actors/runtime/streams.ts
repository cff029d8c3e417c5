/**
 * Pushes of stored entries (ENGINE 20): the live one and the one told again to a client that was
 * away are made here, of the entry alone.
 */
import type { ActorId, Entry, Journal } from '../../store/ports.js';
import { derive, readCommitted, type Committed } from './committed.js';
import type { AnyDefinition, PushBody } from './definition.js';
import type { Missed, Push } from './engine.js';
import { atOf, pushesOf } from './turn.js';

/** A client that is more entries behind than this takes a snapshot instead. */
const LAG_LIMIT = 1000;

const NOTHING: readonly never[] = [];

/** `<actor>/<channel>`, taken apart. */
export function splitStream(stream: string): { readonly actor: ActorId; readonly channel: string } | undefined {
  const slash = stream.indexOf('/');
  const actor = stream.slice(0, slash);
  return slash > 0 && isActorId(actor) ? { actor, channel: stream.slice(slash + 1) } : undefined;
}

/** Whether a text is `<kind>:<key>`. */
export function isActorId(text: string): text is ActorId {
  const colon = text.indexOf(':');
  return colon > 0 && colon < text.length - 1 && !text.includes('/');
}

/** The pushes of a stored entry; `bodies` is what {@link pushesOf} gave for it. */
export function pushesOfStored(entry: Committed<Entry>, bodies: readonly PushBody[]): readonly Committed<Push>[] {
  // Hot: most entries are pushed to nobody, or to one.
  return bodies.length === 0 ? NOTHING : bodies.map((body) => derive(entry, (value) => pushOf(value, body)));
}

/** What a client missed after `after`; `head` is the last push of the channel, `seq` the last entry of the actor. */
export async function missedPushes(
  journal: Journal,
  definition: AnyDefinition,
  stream: { readonly actor: ActorId; readonly channel: string },
  after: number,
  last: { readonly head: number; readonly seq: number },
): Promise<Committed<Missed>> {
  const { head, seq } = last;
  const lagged = head > after && seq - after > LAG_LIMIT;
  const wanted = lagged || head <= after ? 0 : LAG_LIMIT;
  const page = await readCommitted(journal, stream.actor, Math.min(after, seq), wanted);
  return derive(page, (entries) => {
    const pushes: Push[] = [];
    for (const entry of entries) {
      // What it pushed is not to be had here: the client takes a snapshot.
      if (entry.archived) return { pushes: [], lagged: true, head };
      if (!(stream.channel in entry.pushes)) continue;
      const bodies = pushesOf(definition, entry, atOf(entry)).filter(({ channel }) => channel === stream.channel);
      pushes.push(...bodies.map((body) => pushOf(entry, body)));
    }
    return { pushes, lagged, head };
  });
}

function pushOf(entry: Entry, { channel, name, data }: PushBody): Push {
  return { stream: `${entry.actor}/${channel}`, seq: entry.seq, prev: entry.pushes[channel] ?? 0, name, data };
}

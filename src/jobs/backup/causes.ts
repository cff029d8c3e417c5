/**
 * What an entry's command came of (ENGINE 14): a message's handler of the entry that promised it, a reply's handler of
 * the entry that gave it. Command ids say which (docs/decisions/command-ids.md); the words are those of the journal
 * alone, no actor's code is asked.
 */
import { StoreDamaged, type ActorId, type EntryCore, type Head, type Journal } from '../../store/ports.js';

/** `<caller>:<sender>/<seq>/<n>`, with `/reply` behind it where the command is a reply. Ids of clients hold no `/`. */
const MESSAGE = /^(?<caller>[^:/]+:[^:/]+):(?<id>(?<sender>[^:/]+:[^/]+)\/(?<seq>\d+)\/\d+)(?<reply>\/reply)?$/;

/** Whether it is an outside system: what it does is in no journal. */
export function isOutside(actor: ActorId): boolean {
  return actor.startsWith('effect:');
}

/** A message, by the command id of the entry that handled it or its reply. */
export interface Handled {
  /** `<sender>/<seq>/<n>`. */
  readonly id: string;
  readonly sender: ActorId;
  /** The sender's entry that promised it. */
  readonly seq: number;
  /** Who replied, where the command is the reply. */
  readonly replier?: ActorId;
}

/** The message that a command id names; undefined where a client or a job asked. */
export function handledBy(commandId: string): Handled | undefined {
  // Hot: most command ids are of clients.
  if (!commandId.includes('/')) return undefined;
  const { caller, id, sender, seq, reply } = MESSAGE.exec(commandId)?.groups ?? {};
  if (caller === undefined || id === undefined || sender === undefined) return undefined;
  const message = { id, sender: sender as ActorId, seq: Number(seq) };
  return reply === undefined ? message : { ...message, replier: caller as ActorId };
}

/** The entry of another actor without which this one cannot be; undefined where there is none. */
export async function causeOf(entry: EntryCore, journal: Pick<Journal, 'find'>): Promise<Head | undefined> {
  const handled = handledBy(entry.commandId);
  if (!handled) return undefined;
  const { id, sender, seq, replier } = handled;
  if (replier === undefined) return sender === entry.actor ? undefined : { actor: sender, seq };
  if (isOutside(replier) || replier === entry.actor) return undefined;
  const replied = await journal.find(replier, `${sender}:${id}`);
  if (replied) return { actor: replier, seq: replied.seq };
  throw new StoreDamaged(
    `entry ${entry.seq} of ${entry.actor} handled a reply of ${replier} that ${replier} never gave`,
  );
}

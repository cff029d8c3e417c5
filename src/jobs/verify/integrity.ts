/**
 * What each entry must be, whatever it says: seq contiguous from 1, time that never goes back, a command id that no
 * other entry of the actor has, a hash and a reply, moves of whole quantities, pushes that name the one before. That
 * the text is what was written (its checksum) the store has said when it gave the entry.
 */
import type { ActorId, Entry, Json } from '../../store/ports.js';
import type { Findings } from './findings.js';

/** Channels whose last push an actor remembers; of a forgotten one its next push says 0. */
const REMEMBERED_CHANNELS = 64;
const ID = /^[a-z]+:[A-Za-z0-9_.@+-]{1,64}$/i;

/** The integrity of one actor's entries, in order. */
export class Integrity {
  private seq = 0;
  private at = 0;
  private readonly commands = new Set<string>();
  private readonly channels = new Map<string, number>();
  /** How many messages each entry promised. */
  private readonly promises = new Map<number, number>();

  constructor(
    private readonly actor: ActorId,
    private readonly findings: Findings,
  ) {
    if (!ID.test(actor)) findings.wrong('integrity', actor, 'is no actor id');
  }

  check(entry: Entry): void {
    const { seq, at, commandId, hash, reply, outbox, closes } = entry;
    const wrong = (text: string) => {
      this.findings.wrong('integrity', `${this.actor}/${seq}`, text);
    };
    if (seq !== this.seq + 1) wrong(`stands where entry ${this.seq + 1} is expected`);
    this.seq = seq;
    if (at < this.at) wrong(`is ${this.at - at} ms earlier than the entry before it`);
    this.at = Math.max(this.at, at);
    if (this.commands.has(commandId)) wrong(`command ${commandId} was handled before`);
    this.commands.add(commandId);
    if (hash === '') wrong('has no hash');
    if (!replies(reply)) wrong('has no reply');
    for (const { due } of outbox) if (due < at) wrong(`promises a message that was due before it`);
    for (const id of closes) {
      const [actor, from, n] = id.split('/');
      const promised = actor === this.actor ? this.promises.get(Number(from)) : undefined;
      if (!(Number(n) < (promised ?? 0))) wrong(`closes ${id}, which is no earlier promise of its own`);
    }
    if (outbox.length > 0) this.promises.set(seq, outbox.length);
    this.checkMoves(entry, wrong);
    this.checkPushes(entry, wrong);
    if (reply.ok) this.checkReply(entry, reply.value, wrong);
  }

  private checkMoves({ moves }: Entry, wrong: (text: string) => void): void {
    for (const { from, to, unit, quantity } of moves) {
      if (!Number.isSafeInteger(quantity) || quantity <= 0) wrong(`moves ${quantity} ${unit}`);
      if (from === to) wrong(`moves ${unit} from ${from} to itself`);
      for (const account of [from, to]) {
        const own = account === this.actor || account.startsWith(`${this.actor}/`);
        if (!own && !/^(transit|world)\//.test(account)) wrong(`moves what is in ${account}, which is another's`);
      }
    }
  }

  private checkPushes({ seq, pushes }: Entry, wrong: (text: string) => void): void {
    for (const [channel, before] of Object.entries(pushes)) {
      const last = this.channels.get(channel) ?? 0;
      const forgotten = before === 0 && this.channels.size >= REMEMBERED_CHANNELS;
      if (before !== last && !forgotten) wrong(`pushes to ${channel} behind ${before}, the one before it is ${last}`);
      this.channels.set(channel, seq);
    }
  }

  /** A reply may say more than the entry's events, but nothing that all of them deny. */
  private checkReply({ events }: Entry, value: Json, wrong: (text: string) => void): void {
    for (const [field, told] of fieldsOf(value)) {
      const facts = events.flatMap(({ data }) => fieldsOf(data).filter(([name]) => name === field));
      const alike = facts.filter(([, fact]) => shape(fact) === shape(told));
      if (alike.length > 0 && !alike.some(([, fact]) => JSON.stringify(fact) === JSON.stringify(told))) {
        wrong(`replies with another ${field} than its event has`);
      }
    }
  }
}

function replies(reply: Entry['reply']): boolean {
  return reply.ok ? 'value' in reply : typeof reply.error.code === 'string';
}

function fieldsOf(value: Json): readonly (readonly [string, Json | undefined])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function shape(value: Json | undefined): string {
  // A list of ids denies no list of what they name.
  return Array.isArray(value) ? `list of ${shape(value[0] as Json | undefined)}` : typeof value;
}

/**
 * One command handled by one actor, start to end, with no await inside (R1): decide, write down,
 * fold. A turn changes memory at once and speculatively; nobody hears of it before its entry is
 * stored (R2), and if that fails, memory is read anew.
 */
import { encodeEntry } from '../../store/codec.js';
import { frozen } from '../../store/frozen.js';
import type { ActorId, Entry, Json, Move, Outcome, Promised, RecordedEvent, Row } from '../../store/ports.js';
import type { Chance } from './clock.js';
import type { AnyDefinition, At, Context, ErasedDecision, Message, PushBody } from './definition.js';
import type { CommandEnvelope } from './envelope.js';
import { keyOf } from './ids.js';
import { eventsOf, type Memory } from './memory.js';

/** A turn that was decided, and is stored or not yet. */
export interface Turn {
  readonly envelope: CommandEnvelope;
  readonly entry: Entry;
  readonly text: string;
  readonly pushes: readonly PushBody[];
  readonly rows: readonly Row[];
  /** What `evolve` threw: the entry is kept, the activation parked (ENGINE 21). */
  readonly broken?: unknown;
}

/** What a turn needs from the system that runs it. */
export interface TurnPorts {
  readonly epoch: string;
  readonly chance: Chance;
  /** The clock's time; the turn's own is never before the entry ahead of it (ENGINE 13). */
  readonly now: number;
  /** Freezes what was decided, so that a definition that alters it later fails in tests. */
  readonly strict: boolean;
}

const NOTHING: readonly never[] = [];
const NO_PUSHES: Readonly<Record<string, number>> = {};

interface Written {
  readonly entry: Entry;
  readonly pushes: readonly PushBody[];
}

/** A chain of messages may be this long (ENGINE 14, R9). */
export const LONGEST_CHAIN = 64;

/** The command is not decided: nothing is stored, the actor is unchanged. */
export class TurnFailed extends Error {
  override readonly name = 'TurnFailed';
  constructor(
    readonly code: 'decision_failed' | 'chain_too_long',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Takes one turn. Throws {@link TurnFailed}, and then `memory` is unchanged. */
export function takeTurn(memory: Memory, envelope: CommandEnvelope, ports: TurnPorts): Turn {
  const now = Math.max(ports.now, memory.at, envelope.due);
  const decision = decide(memory, envelope, ports, now);
  const { entry, pushes } = write(memory, envelope, ports, now, decision);
  const text = encodeEntry(entry);
  if (ports.strict) frozen(entry);
  try {
    memory.fold(entry);
    return { envelope, entry, text, pushes, rows: rowsOf(memory, entry) };
  } catch (broken) {
    return { envelope, entry, text, pushes: [], rows: [], broken };
  }
}

/** What connected clients hear of an entry: of the entry alone, so that it can be told again (ENGINE 20). */
export function pushesOf(definition: AnyDefinition, entry: Pick<Entry, 'events'>, at: At): readonly PushBody[] {
  const table = definition.push;
  if (!table) return NOTHING;
  let pushes = NOTHING as readonly PushBody[];
  for (const { type, data } of eventsOf(definition, entry)) {
    const told = table[type]?.(data, at) ?? NOTHING;
    pushes = pushes.length === 0 ? told : [...pushes, ...told];
  }
  return pushes;
}

/** Where an entry's events stand. */
export function atOf({ actor, seq, at }: Pick<Entry, 'actor' | 'seq' | 'at'>): At {
  return { self: actor, seq, now: at };
}

/** What the views keep of the entry that memory has just folded. */
export function rowsOf(memory: Memory, entry: Entry): readonly Row[] {
  const table = memory.definition.rows;
  if (!table) return NOTHING;
  const at = atOf(entry);
  const rows: Row[] = [];
  for (const { type, data } of eventsOf(memory.definition, entry)) {
    for (const { collection, id, fields } of table[type]?.(memory.state, data, at) ?? NOTHING) {
      rows.push({ collection, id, version: entry.seq, fields });
    }
  }
  return rows;
}

function decide(memory: Memory, envelope: CommandEnvelope, ports: TurnPorts, now: number): ErasedDecision {
  const rule = memory.definition.decide[envelope.type];
  if (!rule) throw new TurnFailed('decision_failed', `${memory.definition.kind} decides no ${envelope.type}`);
  const context: Context = {
    self: memory.self,
    key: keyOf(memory.self),
    now,
    caller: envelope.caller,
    commandId: envelope.id,
    id: (prefix) => `${prefix}_${ports.chance.id()}`,
    random: () => ports.chance.random(),
  };
  try {
    return rule(memory.state, envelope.input, context);
  } catch (cause) {
    throw new TurnFailed('decision_failed', `${memory.self} failed on ${envelope.type}`, { cause });
  }
}

function write(memory: Memory, envelope: CommandEnvelope, ports: TurnPorts, now: number, d: ErasedDecision): Written {
  const { definition, self } = memory;
  let outcome: Outcome;
  let events: readonly RecordedEvent[] = NOTHING;
  let outbox: readonly Promised[] = NOTHING;
  let closes: readonly string[] = NOTHING;
  let moves: readonly Move[] = NOTHING;
  if ('refused' in d) {
    outcome = { ok: false, error: d.refused };
  } else {
    outcome = { ok: true, value: d.reply as Json };
    if (d.events) {
      events = d.events.map(({ type, data }) => {
        const steps = definition.upcast?.[type]?.length ?? 0;
        return steps === 0 ? { type, data: data as Json } : { type, v: steps + 1, data: data as Json };
      });
    }
    if (d.send) outbox = d.send.map((message) => promise(self, message, now, envelope.hop));
    if (d.closes) closes = d.closes.flatMap((label) => memory.labelled(label) ?? []);
    if (d.moves) moves = d.moves;
  }
  const seq = memory.seq + 1;
  const pushes = pushesOf(definition, { events }, { self, seq, now });
  // Hot: one literal, so that all entries are of one shape and nothing is copied.
  const entry: Entry = {
    actor: self,
    seq,
    epoch: ports.epoch,
    commandId: envelope.commandId,
    type: envelope.type,
    hash: envelope.hash,
    at: now,
    events,
    reply: outcome,
    outbox,
    closes,
    moves,
    pushes: chainOf(memory, pushes),
  };
  return { entry, pushes };
}

/** For each channel the entry pushes to, the seq of the push before it (ENGINE 20). */
function chainOf(memory: Memory, pushes: readonly PushBody[]): Readonly<Record<string, number>> {
  if (pushes.length === 0) return NO_PUSHES;
  const chain: Record<string, number> = {};
  for (const { channel } of pushes) chain[channel] = memory.head(channel);
  return chain;
}

/** A message becomes a promise; a timer, a later message to oneself, starts a chain of its own (ENGINE 16). */
function promise(self: ActorId, message: Message, now: number, hop: number): Promised {
  const due = Math.max(message.due ?? now, now);
  const timer = message.to === self && due > now;
  if (!timer && hop >= LONGEST_CHAIN) {
    throw new TurnFailed(
      'chain_too_long',
      `${self} would send message ${hop + 1} of a chain, ${message.type} to ${message.to}`,
    );
  }
  const { to, type, input, reply, note, label } = message;
  // Hot: few shapes, and no copy.
  const promised: { -readonly [K in keyof Promised]: Promised[K] } = { to, type, input, due, hop: timer ? 0 : hop + 1 };
  if (reply !== undefined) promised.reply = reply;
  if (note !== undefined) promised.note = note;
  if (label !== undefined) promised.label = label;
  return promised;
}

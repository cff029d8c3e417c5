/**
 * A stage for actors: definitions, a clock in the test's hand, and everything delivered at once.
 * `ask` a command, `advance` the clock, look at states, entries and pushes.
 */
import type { AnyDefinition, Context, Message, PushBody } from '../../src/actors/runtime/definition.js';
import type { ActorId, Entry, Json, Outcome, Promised, Row } from '../../src/store/ports.js';

interface Open extends Promised {
  readonly id: string;
  readonly from: ActorId;
}

/** What an `effect:<name>` answers. */
export type Effects = Record<string, (type: string, input: Json, id: string) => Outcome | Promise<Outcome>>;

/** Makes a stage; so a town can be put on another one. */
export type StageOf = (definitions: readonly AnyDefinition[], now: number | undefined, effects: Effects) => Stage;

export const inMemory: StageOf = (...given) => new Stage(...given);

export class Stage {
  readonly entries: Entry[] = [];
  readonly pushes: (PushBody & { actor: ActorId; seq: number })[] = [];
  readonly rows: Row[] = [];
  private readonly definitions = new Map<string, AnyDefinition>();
  private readonly states = new Map<ActorId, { state: unknown; seq: number }>();
  private open: Open[] = [];
  private commands = 0;

  constructor(
    definitions: readonly AnyDefinition[],
    public now = Date.UTC(2026, 10, 21, 4),
    private readonly effects: Effects = {},
  ) {
    for (const definition of definitions) this.definitions.set(definition.kind, definition);
  }

  /** One command, and all messages that follow from it and are due. */
  async ask(to: ActorId, type: string, input: Json, caller: string, id = `c${++this.commands}`): Promise<Outcome> {
    const outcome = this.turn(to, type, input, caller, id, 0);
    await this.deliver();
    return outcome;
  }

  /** Moves the clock, timer by timer. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const next = Math.min(...this.open.map((p) => p.due));
      if (next > until) break;
      this.now = Math.max(this.now, next);
      await this.deliver();
    }
    this.now = until;
  }

  read(actor: ActorId, name: string, input: Json = {}, caller = 'system:test'): unknown {
    const { definition, memory, key } = this.actor(actor);
    const answer = definition.reads?.[name];
    if (!answer) throw new Error(`${definition.kind} has no read ${name}`);
    return answer(memory.state, input, { self: actor, key, now: this.now, caller });
  }

  state(actor: ActorId): unknown {
    return this.actor(actor).memory.state;
  }

  /** Balance of every account and unit that the entries' moves touch, without the zeros. */
  books(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { from, to, unit, quantity } of this.entries.flatMap((entry) => entry.moves)) {
      if (!Number.isSafeInteger(quantity) || quantity <= 0) throw new Error(`a move of ${quantity} ${unit}`);
      sums[`${from} ${unit}`] = (sums[`${from} ${unit}`] ?? 0) - quantity;
      sums[`${to} ${unit}`] = (sums[`${to} ${unit}`] ?? 0) + quantity;
    }
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }

  private actor(id: ActorId) {
    const [kind = '', key = ''] = id.split(':');
    const definition = this.definitions.get(kind);
    if (!definition) throw new Error(`no actor kind ${kind}`);
    let memory = this.states.get(id);
    if (!memory) this.states.set(id, (memory = { state: definition.initial(key), seq: 0 }));
    return { definition, memory, key };
  }

  /** Takes in what an entry says. */
  protected fold(entry: Entry): void {
    const { actor: self, seq, at: now, events } = entry;
    const { definition, memory } = this.actor(self);
    memory.seq = seq;
    const at = { self, seq, now };
    for (const { type, data } of events) definition.evolve[type]?.(memory.state, structuredClone(data), at);
    for (const { type, data } of events) {
      this.pushes.push(...(definition.push?.[type]?.(data, at) ?? []).map((body) => ({ ...body, actor: self, seq })));
      const rows = definition.rows?.[type]?.(memory.state, data, at) ?? [];
      this.rows.push(...rows.map((row) => ({ ...row, version: seq })));
    }
    this.entries.push(entry);
  }

  private turn(self: ActorId, type: string, input: Json, caller: string, id: string, hop: number): Outcome {
    const commandId = `${caller}:${id}`;
    const before = this.entries.find((entry) => entry.actor === self && entry.commandId === commandId);
    if (before) return before.reply;
    const { definition, memory, key } = this.actor(self);
    const decide = definition.decide[type];
    if (!decide) throw new Error(`${definition.kind} decides no ${type}`);
    const seq = memory.seq + 1;
    let made = 0;
    const context: Context = {
      self,
      key,
      now: this.now,
      caller,
      commandId: id,
      id: (prefix) => `${prefix}_${key}${seq}x${++made}`,
      random: () => ((seq * 7919 + ++made * 104729) % 10007) / 10007,
    };
    const decision = decide(structuredClone(memory.state), structuredClone(input), context);
    const refused = 'refused' in decision;
    const events = refused ? [] : ((decision.events ?? []) as { type: string; data: Json }[]);
    const outbox = (refused ? [] : (decision.send ?? [])).map((message: Message): Promised => {
      const due = message.due ?? this.now;
      return { ...message, due, hop: message.to === self && due > this.now ? 0 : hop + 1 };
    });
    const closes = refused ? [] : (decision.closes ?? []);
    this.open = this.open.filter((p) => p.from !== self || p.label === undefined || !closes.includes(p.label));
    const reply: Outcome = refused
      ? { ok: false, error: decision.refused }
      : { ok: true, value: decision.reply as Json };
    const moves = refused ? [] : (decision.moves ?? []);
    const entry = { actor: self, seq, epoch: 'stage', commandId, type, hash: '', at: this.now, events, reply, outbox };
    this.fold(JSON.parse(JSON.stringify({ ...entry, closes, moves, pushes: {} })) as Entry);
    this.open.push(...outbox.map((promised, n) => ({ ...promised, id: `${self}/${seq}/${n}`, from: self })));
    return reply;
  }

  private async deliver(): Promise<void> {
    for (;;) {
      const due = this.open.filter((p) => p.due <= this.now);
      const next = due.sort((a, b) => a.due - b.due)[0];
      if (!next) return;
      this.open = this.open.filter((p) => p !== next);
      const outcome = next.to.startsWith('effect:')
        ? await this.effect(next)
        : this.turn(next.to, next.type, next.input, next.from, next.id, next.hop);
      if (next.reply !== undefined) {
        const reply = { from: next.to, outcome, note: next.note ?? null };
        this.turn(next.from, next.reply, reply as unknown as Json, next.to, `${next.id}/reply`, next.hop);
      }
    }
  }

  private effect(p: Open): Outcome | Promise<Outcome> {
    const effect = this.effects[p.to.slice('effect:'.length)];
    if (!effect) throw new Error(`no ${p.to}`);
    return effect(p.type, p.input, p.id);
  }
}

/** One actor alone, turn by turn: for what happens between asking another actor and hearing from it. */
import type { AnyDefinition, ErasedDecision } from '../../src/actors/runtime/definition.js';
import type { ActorId } from '../../src/store/ports.js';

export class Turns {
  private seq = 0;
  now = 0;

  constructor(
    private readonly definition: AnyDefinition,
    private readonly self: ActorId,
    readonly state: unknown = definition.initial(keyOf(self)),
  ) {}

  /** Decides, and folds what was decided. */
  turn(type: string, input: unknown, caller: string, commandId = 'c_1'): ErasedDecision {
    const decide = this.definition.decide[type];
    if (!decide) throw new Error(`${this.definition.kind} decides no ${type}`);
    const { self, now } = this;
    const seq = ++this.seq;
    let made = 0;
    const id = (prefix: string): string => `${prefix}_${seq}x${++made}`;
    const context = { self, key: keyOf(self), now, caller, commandId, id, random: () => 0 };
    const decision = decide(structuredClone(this.state), input, context);
    const events = 'refused' in decision ? [] : (decision.events ?? []);
    for (const event of events) this.definition.evolve[event.type]?.(this.state, event.data, { self, seq, now });
    return decision;
  }

  /** A message from another actor. */
  message(type: string, input: unknown, from: ActorId): ErasedDecision {
    return this.turn(type, input, from, `${from}/1/0`);
  }

  /** The reply to a message of its own. */
  reply(type: string, input: unknown, from: ActorId): ErasedDecision {
    return this.turn(type, input, from, `${this.self}/1/0/reply`);
  }

  /** A timer of its own. */
  timer(type: string, input: unknown): ErasedDecision {
    return this.turn(type, input, this.self, `${this.self}/1/1`);
  }
}

function keyOf(actor: ActorId): string {
  return actor.slice(actor.indexOf(':') + 1);
}

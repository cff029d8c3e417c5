/** Asks actors, and waits for what follows from an answer. Whatever is refused is a fault of the benchmark. */
import type { System } from '#built/actors/runtime/system.js';
import { Inbox } from '#built/jobs/traffic/inbox.js';
import type { ActorId, Json } from '#built/store/ports.js';

/** ms that a message or a push may take on a busy machine. */
const WITHIN_MS = 60_000;

export class Asker {
  private readonly inbox = new Inbox();
  private asked = 0;

  constructor(
    private readonly system: System,
    /** Makes command ids that no earlier run of the same folder used. */
    private readonly name: string,
  ) {
    system.onPush(({ value: { stream, name, data } }) => {
      if (WANTED.has(name)) this.inbox.put(`${stream} ${about(data)}`, { name, data });
    });
  }

  /** The value of the answer. */
  async ask<T>(to: ActorId, type: string, input: Json, caller: string): Promise<T> {
    const id = `${this.name}${++this.asked}`;
    const answer = await this.system.ask({ to, type, input, caller, id });
    if ('unstored' in answer) throw new Error(`${to} ${type}: ${answer.unstored.message}`);
    const { outcome } = answer.value;
    if (!outcome.ok) throw new Error(`${to} ${type}: ${outcome.error.message}`);
    return outcome.value as T;
  }

  /** What is told on a stream about a restock, a load or a sale. */
  async hear<T>(stream: string, name: string, id = ''): Promise<T> {
    const note = await this.inbox.wait(`${stream} ${id}`, [name], WITHIN_MS);
    return note.data as T;
  }
}

const WANTED = new Set([
  'restock.placed',
  'restock.paid',
  'restock.accepted',
  'goods.received',
  'goods.loaded',
  'wallet.changed',
  'dispense',
]);

function about(data: Json): string {
  const { restock, load, sale } = data as { restock?: string; load?: string; sale?: string };
  return restock ?? load ?? sale ?? '';
}

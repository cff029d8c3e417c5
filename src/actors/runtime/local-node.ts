/**
 * What this node does when it is asked: by its own gateway, by other actors, by other nodes.
 *
 *   R8          requests under way are bounded
 *   ENGINE 12   what a client sends as id holds no `/`
 *   ENGINE 16   a delivery's turn is not before its due time
 */
import type { ActorId, Journal, Json } from '../../store/ports.js';
import type { Activation } from './activation.js';
import { repeatOf } from './answers.js';
import type { Committed } from './committed.js';
import type { Answer, Ask, Missed, ReadAnswer, Unstored } from './engine.js';
import { commandEnvelope, type ReadEnvelope } from './envelope.js';
import type { Handled } from './handled.js';
import { keyOf, kindOf } from './ids.js';
import type { Delivery, Node } from './node.js';
import type { Limits } from './options.js';
import { unstored } from './problems.js';
import type { Residents } from './residents.js';
import { missedPushes, splitStream } from './streams.js';

export class LocalNode implements Node {
  private asked = 0;
  private closed = false;

  constructor(
    private readonly residents: Residents,
    private readonly journal: Journal,
    private readonly handled: Handled,
    private readonly limits: Pick<Limits, 'asks' | 'rows'>,
    /** Rows that wait for the views. */
    private readonly rowsWaiting: () => number,
    /** Tries a promise that is open from the start. */
    private readonly retry: (activation: Activation, id: string) => void,
  ) {}

  /** Takes no more requests. */
  close(): void {
    this.closed = true;
  }

  ask({ to, type, input, said = input, caller, id, deadline = Infinity }: Ask): Promise<Committed<Answer> | Unstored> {
    if (id === '' || id.includes('/'))
      return Promise.resolve(unstored('bad_input', 'id must not be empty or hold a "/"'));
    if (this.asked >= this.limits.asks) {
      const text = `${this.asked} requests are under way on this node`;
      return Promise.resolve(unstored('overloaded', text, { retryAfterMs: 200 }));
    }
    if (this.rowsWaiting() >= this.limits.rows) {
      return Promise.resolve(unstored('overloaded', 'the views are behind', { retryAfterMs: 1000 }));
    }
    this.asked++;
    return new Promise((resolve) => {
      const answer = (result: Committed<Answer> | Unstored): void => {
        this.asked--;
        resolve(result);
      };
      const activation = this.find(to);
      if ('unstored' in activation) answer(activation);
      else activation.accept(commandEnvelope({ type, input, said, caller, id, deadline, internal: false, answer }));
    });
  }

  deliver({ id, from, to, type, input, due, hop, again = false }: Delivery): Promise<Committed<Answer> | Unstored> {
    return new Promise((answer) => {
      const envelope = commandEnvelope({ type, input, caller: from, id, due, hop, internal: true, answer });
      const accept = (): void => {
        const activation = this.find(to);
        if ('unstored' in activation) answer(activation);
        else activation.accept(envelope);
      };
      if (!again) {
        accept();
        return;
      }
      // After a crash a receiver gets all that its senders do not know to be handled. Decided first and met at the
      // store, each would cost it the turns that were decided on top.
      this.handled.find(to, envelope.commandId).then((entry) => {
        if (entry) answer(repeatOf(entry, envelope));
        else accept();
      }, accept);
    });
  }

  read(actor: ActorId, name: string, input: Json, caller: string): Promise<Committed<ReadAnswer> | Unstored> {
    const question = this.residents.definition(kindOf(actor))?.reads?.[name];
    if (!question) return Promise.resolve(unstored('unknown_command', `${kindOf(actor)} has no read ${name}`));
    return this.look(actor, name, (memory, now) =>
      question(memory.state, input, { self: actor, key: keyOf(actor), now, caller }),
    );
  }

  async missed(stream: string, after: number): Promise<Committed<Missed> | Unstored> {
    const parts = splitStream(stream);
    const definition = parts && this.residents.definition(kindOf(parts.actor));
    if (!definition) return unstored('bad_input', 'stream must be <kind>:<key>/<channel>');
    const last = await this.look(parts.actor, 'head', (memory) => memory.head(parts.channel));
    if ('unstored' in last) return last;
    const { outcome, seq } = last.value;
    const head = outcome.ok && typeof outcome.value === 'number' ? outcome.value : 0;
    return missedPushes(this.journal, definition, parts, after, { head, seq });
  }

  async promise(actor: ActorId, id: string, again: boolean): Promise<Committed<ReadAnswer> | Unstored> {
    const activation = this.find(actor);
    if ('unstored' in activation) return activation;
    await this.residents.settled(activation);
    const open = activation.outbox.get(id) !== undefined;
    if (open && again) this.retry(activation, id);
    // Of one that cannot read its past nothing is known: the look says so.
    return this.look(actor, 'promise', () => open);
  }

  private look(actor: ActorId, name: string, look: ReadEnvelope['look']): Promise<Committed<ReadAnswer> | Unstored> {
    return new Promise((answer) => {
      const activation = this.find(actor);
      if ('unstored' in activation) answer(activation);
      else activation.accept({ kind: 'read', name, look, answer });
    });
  }

  private find(actor: ActorId): Activation | Unstored {
    return this.closed ? unstored('stopping', 'the node is being stopped') : this.residents.find(actor);
  }
}

/**
 * Messages that were tried to the limit, for an operator: kept as rows of the engine's own view, listed, sent again.
 *
 *   ENGINE 15  a dead letter is a promise like others, and stays open: a later activation of its actor tries it again
 *
 * So its row may be older than what became of it, here or on another node. Whoever lists asks the actors which of
 * them are open, and ends the rows of the others.
 */
import type { CollectionDeclaration, Views } from '../../store/ports.js';
import type { Clock } from './clock.js';
import type { DeadLetter } from './engine.js';
import type { Node } from './node.js';
import type { Projector } from './projector.js';
import { splitStream } from './streams.js';

export const deadLettersCollection: CollectionDeclaration = {
  name: 'deadLetters',
  indexes: [{ name: 'since', fields: ['since'] }],
};

/** Letters that are listed at most. */
const MOST = 1000;

export class DeadLetters {
  constructor(
    private readonly views: Pick<Views, 'find' | 'get'>,
    private readonly rows: Pick<Projector, 'add' | 'flush'>,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly nodes: Pick<Node, 'promise'>,
  ) {}

  add(letter: DeadLetter): void {
    this.write(letter.id, letter);
  }

  /** The oldest first, at most a thousand. Those whose actor cannot be asked now are among them. */
  async list(): Promise<readonly DeadLetter[]> {
    await this.rows.flush();
    const { rows } = await this.views.find({ collection: deadLettersCollection.name, index: 'since', limit: MOST });
    const letters = rows.map(({ fields }) => fields as unknown as DeadLetter);
    const open = await Promise.all(letters.map(({ id }) => this.isOpen(id, false)));
    return letters.filter((_, i) => open[i] !== false);
  }

  /** Tries a letter from the start. False where there is none of that id, or its actor cannot be asked now. */
  async retry(id: string): Promise<boolean> {
    await this.rows.flush();
    const listed = await this.views.get(deadLettersCollection.name, id);
    return listed !== undefined && (await this.isOpen(id, true)) === true;
  }

  /** Whether a listed promise is open; undefined where nobody can say now. One that is not is listed no more. */
  private async isOpen(id: string, again: boolean): Promise<boolean | undefined> {
    const actor = splitStream(id)?.actor;
    if (actor === undefined) return undefined;
    const answer = await this.nodes.promise(actor, id, again);
    if ('unstored' in answer || !answer.value.outcome.ok) return undefined;
    const open = answer.value.outcome.value === true;
    if (!open) this.write(id, null);
    return open;
  }

  private write(id: string, letter: DeadLetter | null): void {
    const fields = letter && { ...letter };
    this.rows.add([{ collection: deadLettersCollection.name, id, version: this.clock.now(), fields }]);
  }
}

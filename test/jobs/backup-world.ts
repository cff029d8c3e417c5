/**
 * A journal that others write to between any two steps of whoever reads it: actors that are told things, tell each
 * other, and reply, as they come. Its heads are read one by one. What a cut must be is judged here, by a fold of its
 * own.
 */
import { entryOf } from '../store/support/entries.js';
import type { Cut } from '../../src/jobs/backup/cut.js';
import type { ActorId, Entry, Head, Journal, Promised } from '../../src/store/ports.js';

/** In the order in which they are read. */
export const ACTORS: readonly ActorId[] = ['a:1', 'b:1', 'c:1', 'd:1', 'e:1', 'f:1'];

interface Underway {
  readonly to: ActorId;
  readonly commandId: string;
  /** To whom a reply goes, and its command id. */
  readonly reply?: { readonly to: ActorId; readonly commandId: string };
}

export class World implements Pick<Journal, 'heads' | 'read' | 'find' | 'page'> {
  readonly entries = new Map<ActorId, Entry[]>();
  private underway: Underway[] = [];
  private told = 0;

  /**
   * @param random from 0 to 1
   * @param pace turns that are taken, at most, while a reader waits for one answer
   */
  constructor(
    private readonly random: () => number,
    private readonly pace: number,
  ) {}

  /** Some turns of somebody. */
  live(turns: number): void {
    for (let i = 0; i < turns; i++) {
      const next = this.random() < 0.7 ? this.underway.splice(this.below(this.underway.length), 1)[0] : undefined;
      this.turn(next ?? { to: this.someone(), commandId: `passenger:p_1:c${++this.told}` });
    }
  }

  async *heads(): AsyncGenerator<Head> {
    for (const actor of ACTORS) {
      const seq = await this.answer(() => this.entries.get(actor)?.length ?? 0);
      if (seq > 0) yield { actor, seq };
    }
  }

  read(actor: ActorId, after: number, limit: number): Promise<readonly Entry[]> {
    return this.answer(() => (this.entries.get(actor) ?? []).slice(after, after + limit));
  }

  find(actor: ActorId, commandId: string): Promise<Entry | undefined> {
    return this.answer(() => this.entries.get(actor)?.find((entry) => entry.commandId === commandId));
  }

  page(after: Head | undefined, limit: number): Promise<readonly Entry[]> {
    return this.answer(() => {
      const behind = ACTORS.filter((actor) => after === undefined || actor >= after.actor).flatMap((actor) =>
        (this.entries.get(actor) ?? []).slice(actor === after?.actor ? after.seq : 0),
      );
      return behind.slice(0, Math.min(limit, 3));
    });
  }

  /** What a cut lacks: an entry's cause, by `<actor>/<seq> lacks <actor>/<seq>`. */
  lacking(cut: Cut): string[] {
    const handlers = new Map<string, Head>();
    for (const { actor, seq, commandId } of [...this.entries.values()].flat())
      handlers.set(`${actor} ${commandId}`, { actor, seq });
    return [...cut].flatMap(([actor, to]) =>
      (this.entries.get(actor) ?? []).slice(0, to).flatMap(({ seq, commandId }) => {
        const [, caller = '', sender = '', at = '', n = '', reply] =
          /^(\w:1):(\w:1)\/(\d+)\/(\d+)(\/reply)?$/.exec(commandId) ?? [];
        if (caller === '') return [];
        const cause =
          reply === undefined
            ? { actor: sender as ActorId, seq: Number(at) }
            : handlers.get(`${caller} ${sender}:${sender}/${at}/${n}`)!;
        return cause.seq <= (cut.get(cause.actor) ?? 0) ? [] : [`${actor}/${seq} lacks ${cause.actor}/${cause.seq}`];
      }),
    );
  }

  /** Answers after some turns, and lets some more be taken before the answer is heard. */
  private async answer<T>(read: () => T): Promise<T> {
    await Promise.resolve();
    this.live(this.below(this.pace + 1));
    const value = read();
    this.live(this.below(this.pace + 1));
    return value;
  }

  private turn({ to: actor, commandId, reply }: Underway): void {
    const own = this.entries.get(actor) ?? [];
    this.entries.set(actor, own);
    const seq = own.length + 1;
    const outbox: Promised[] = Array.from({ length: this.below(3) }, () => {
      const message = { to: this.someone(), type: 'note', input: null, due: 0, hop: 1 };
      return this.random() < 0.6 ? { ...message, reply: 'noted' } : message;
    });
    own.push(entryOf(actor, seq, { commandId, outbox, closes: [] }));
    if (reply) this.underway.push(reply);
    outbox.forEach(({ to, reply: asked }, n) => {
      const id = `${actor}/${seq}/${n}`;
      const message = { to, commandId: `${actor}:${id}` };
      this.underway.push(
        asked === undefined ? message : { ...message, reply: { to: actor, commandId: `${to}:${id}/reply` } },
      );
    });
    // What nobody gets to is forgotten here: the world stays small.
    this.underway = this.underway.slice(-40);
  }

  private someone(): ActorId {
    return ACTORS[this.below(ACTORS.length)] ?? 'a:1';
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

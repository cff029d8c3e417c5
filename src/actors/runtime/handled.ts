/**
 * Whether a message that comes again was handled before. After a move or a crash all that senders do not know to be
 * handled comes again, of many actors at once. Asked one by one these questions would fill the store's connections, and
 * entries would wait behind them; so one question is under way at a time, and those that come meanwhile are the next.
 *
 *   R8         a message that comes again while it is asked about is not asked about twice
 *   ENGINE 15  a repeat is harmless: where the store has no word, the message is taken
 */
import type { ActorId, EntryCore, Handling, Journal } from '../../store/ports.js';
import type { Clock } from './clock.js';
import { findHandled, type Committed } from './committed.js';

/** Messages in one question. */
const MOST = 256;

type Found = Committed<EntryCore> | undefined;

interface Asked extends Handling {
  readonly waiting: { readonly resolve: (found: Found) => void; readonly reject: (error: unknown) => void }[];
}

export class Handled {
  /** In the order in which they came; those that are asked about stay until they are answered. */
  private readonly asked = new Map<string, Asked>();
  private asking = false;

  constructor(
    private readonly journal: Pick<Journal, 'findAll'>,
    private readonly clock: Pick<Clock, 'soon'>,
  ) {}

  /** The stored entry that handled a command, if there is one. Rejects as the journal does. */
  find(actor: ActorId, commandId: string): Promise<Found> {
    const key = `${actor} ${commandId}`;
    const one = this.asked.get(key) ?? { actor, commandId, waiting: [] };
    this.asked.set(key, one);
    this.askSoon();
    return new Promise((resolve, reject) => one.waiting.push({ resolve, reject }));
  }

  private askSoon(): void {
    if (this.asking || this.asked.size === 0) return;
    this.asking = true;
    this.clock.soon(() => {
      void this.ask([...this.asked].slice(0, MOST)).then(() => {
        this.asking = false;
        this.askSoon();
      });
    });
  }

  /** Never rejects. */
  private async ask(some: readonly (readonly [key: string, asked: Asked])[]): Promise<void> {
    const handlings = some.map(([, asked]) => asked);
    try {
      const found = await findHandled(this.journal, handlings);
      for (const [i, { waiting }] of handlings.entries()) for (const { resolve } of waiting) resolve(found[i]);
    } catch (error) {
      for (const { waiting } of handlings) for (const { reject } of waiting) reject(error);
    }
    for (const [key] of some) this.asked.delete(key);
  }
}

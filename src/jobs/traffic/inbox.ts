/**
 * Keeps what was pushed about a sale or a restock until somebody waits for it: a push may come in the same tick as
 * the answer before it, when nobody waits yet.
 */
import { LRUCache } from 'lru-cache';

/** A push, as far as its receiver looks at it. */
export interface Note {
  readonly name: string;
  readonly data: unknown;
}

/** What was waited for did not come in time. */
export class NothingCame extends Error {
  override readonly name = 'NothingCame';
}

interface Waiter {
  readonly names: readonly string[];
  readonly resolve: (note: Note) => void;
}

/** Notes by the id of what they are about. */
export class Inbox {
  /** Of those about which nobody asks (any more), the oldest go. */
  private readonly notes = new LRUCache<string, Note[]>({ max: 1_000 });
  private readonly waiters = new Map<string, Set<Waiter>>();

  put(about: string, note: Note): void {
    for (const waiter of this.waiters.get(about) ?? []) {
      if (!waiter.names.includes(note.name)) continue;
      waiter.resolve(note);
      return;
    }
    this.notes.set(about, [...(this.notes.get(about) ?? []), note]);
  }

  /** The first note of one of these names, which has come or will; each is handed out once. */
  async wait(about: string, names: readonly string[], withinMs: number): Promise<Note> {
    const kept = this.notes.get(about) ?? [];
    const index = kept.findIndex(({ name }) => names.includes(name));
    const [note] = index === -1 ? [] : kept.splice(index, 1);
    return note ?? this.next(about, names, withinMs);
  }

  /** No more notes about this are wanted. */
  forget(about: string): void {
    this.notes.delete(about);
  }

  private next(about: string, names: readonly string[], withinMs: number): Promise<Note> {
    return new Promise((resolve, reject) => {
      const set = this.waiters.get(about) ?? new Set();
      this.waiters.set(about, set);
      const end = (): void => {
        clearTimeout(timer);
        set.delete(waiter);
        if (set.size === 0) this.waiters.delete(about);
      };
      const waiter: Waiter = {
        names,
        resolve(note) {
          end();
          resolve(note);
        },
      };
      const timer = setTimeout(() => {
        end();
        reject(new NothingCame(`no ${names.join(' or ')} of ${about} within ${withinMs} ms`));
      }, withinMs);
      // Whoever waits in vain keeps no process alive.
      timer.unref();
      set.add(waiter);
    });
  }
}

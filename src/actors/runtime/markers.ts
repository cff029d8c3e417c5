/**
 * Wake markers of one actor's entries (ENGINE 17): by them its open promises are found again after a
 * crash, a move or a passivation. One marker covers all that is due later, so a busy actor writes
 * few; they are cleared in bulk and late.
 *
 * Another owner may be at work who has stored behind what is known here, and whose entry rests on a marker of his own:
 * that one was found here in the journal, and is not this owner's to clear. An entry that this owner has stored proves
 * that there is none behind its seq (ENGINE 9); until then what was found is put off, and found again. An actor that
 * stores nothing more never proves it, so it is put off for as long as nothing was stored: woken a few times, and from
 * then on once a day.
 */
import type { ActorId, Entry, Row, Wake } from '../../store/ports.js';

/** A change to a stored marker; without `wake` it is cleared. */
export interface MarkerChange {
  readonly actor: ActorId;
  readonly seq: number;
  readonly wake?: number;
}

/** What the owner of the markers knows when they are tidied. */
export interface Known {
  /** The earliest time at which something is to be sent, ms UTC; Infinity for never. */
  readonly earliest: number;
  /** The seq of the last entry that this activation has stored itself; 0 for none. */
  readonly own: number;
  /** The time of the last entry, whoever stored it, ms UTC. */
  readonly at: number;
  /** ms UTC. */
  readonly now: number;
}

/** What was found and may not be cleared is found again after the time since the last entry, within these bounds, ms. */
const PUT_OFF_MS = 600_000;
const LONGEST_PUT_OFF_MS = 86_400_000;

export class Markers {
  private readonly wakes = new Map<number, number>();
  /** Found in the journal: each may have been cleared since it was looked up, so it covers nothing that is new. */
  private readonly found = new Map<number, number>();

  /** The marker that an entry must carry so that all it promises is covered; undefined where it is already. */
  cover(entry: Entry, rows: readonly Row[]): number | undefined {
    // Rows are promised to the views like messages to actors: at once.
    let wake = rows.length > 0 ? entry.at : Infinity;
    for (const { due } of entry.outbox) if (due < wake) wake = due;
    if (wake === Infinity) return undefined;
    for (const covering of this.wakes.values()) if (covering <= wake) return undefined;
    this.wakes.set(entry.seq, wake);
    return wake;
  }

  /** A marker that was found in the journal. Says whether this owner has set it himself. */
  meet({ seq, wake }: Wake): boolean {
    const own = this.wakes.has(seq);
    if (!own) this.found.set(seq, wake);
    return own;
  }

  /** Entries from `seq` on were not stored. */
  forgetFrom(seq: number): void {
    for (const known of this.wakes.keys()) if (known >= seq) this.wakes.delete(known);
  }

  /** What to change in the journal so that one marker is left at `earliest`, or none where it is Infinity. */
  tidy(actor: ActorId, { earliest, own, at, now }: Known): readonly MarkerChange[] {
    const again = now + Math.min(Math.max(PUT_OFF_MS, now - at), LONGEST_PUT_OFF_MS);
    const changes: MarkerChange[] = [];
    let covered = earliest === Infinity;
    for (const markers of [this.wakes, this.found]) {
      for (const [seq, wake] of markers) {
        if (markers === this.found && seq >= own) {
          covered = true;
          const next = Math.min(earliest, wake > now ? wake : again);
          if (next === wake) continue;
          markers.set(seq, next);
          changes.push({ actor, seq, wake: next });
        } else if (!covered) {
          covered = true;
          if (wake === earliest && markers === this.wakes) continue;
          markers.set(seq, earliest);
          changes.push({ actor, seq, wake: earliest });
        } else {
          markers.delete(seq);
          changes.push({ actor, seq });
        }
      }
    }
    return changes;
  }
}

/**
 * Entries put into their other form, archived or whole again. Their keys stay (S3), and nobody appends to them, so this
 * meets no append. Not synced: LevelDB writes in order, so what was read before (a snapshot) is durable before it, and
 * an entry that a power cut brings back is archived again by the next run.
 */
import { recastTexts } from '../codec.js';
import type { Entry, EntryForm } from '../ports.js';
import { Serial } from '../serial.js';
import type { Finality } from './finality.js';
import { keys } from './keys.js';
import type { Level } from './level.js';

export class Recasts {
  private readonly serial = new Serial();

  constructor(
    private readonly level: Level,
    private readonly finality: Finality,
  ) {}

  /** Resolves with the number of entries that were changed. */
  recast(entries: readonly Entry[], form: EntryForm): Promise<number> {
    return this.serial.run(() => this.change(entries, form));
  }

  async idle(): Promise<void> {
    await this.serial.idle();
  }

  private async change(entries: readonly Entry[], form: EntryForm): Promise<number> {
    const stand = await this.level.getMany(entries.map(({ actor, seq }) => keys.entry(actor, seq)));
    const batch = this.level.batch();
    entries.forEach((entry, i) => {
      const { before, after } = recastTexts(entry, form);
      if (stand[i] === before) batch.put(keys.entry(entry.actor, entry.seq), after);
    });
    const { length } = batch;
    await this.finality.write('recast entries', () => batch.write());
    return length;
  }
}

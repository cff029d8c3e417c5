/**
 * Archives what is old, as an operator's cron would: by the real job, at any moment, beside whoever serves, over a way
 * to the store that fails like everybody's. What it took away is in its files, of which the last audit is made.
 */
import type { AnyDefinition } from '../../src/actors/runtime/definition.js';
import { archive } from '../../src/jobs/archive/index.js';
import type { Entry, StoredEntry } from '../../src/store/ports.js';
import type { SimulatedStore } from '../../src/store/simulated/index.js';
import type { VirtualClock } from '../support/virtual-clock.js';
import type { Broken } from './breaks.js';
import type { WorldFaults } from './faults.js';

/** What is older than this is old, ms. */
const OLD_MS = { from: 0, to: 60_000 };

export class Archivist {
  /** By `<actor>/<seq>`. */
  private readonly files = new Map<string, Entry>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly faults: WorldFaults,
    private readonly store: SimulatedStore,
    private readonly definitions: readonly AnyDefinition[],
    private readonly broken: Broken,
  ) {}

  /** Begins a run. One that the store does not answer ends, and what it kept stays kept. */
  begin(): void {
    const handle = this.store.open();
    const store = this.broken.archived?.(handle) ?? handle;
    const before = this.clock.now() - this.faults.between(OLD_MS.from, OLD_MS.to);
    const own: Entry[] = [];
    const run = archive(
      { store, definitions: this.definitions, before },
      {
        keep: async (_, entries) => {
          for await (const entry of entries) own.push(entry);
          for (const entry of own) this.files.set(nameOf(entry), entry);
        },
        kept: () => listed(own),
      },
    );
    run.then(
      ({ changed }) => {
        if (changed > 0) this.faults.count('archived');
      },
      () => undefined,
    );
  }

  /** The same entries, each that was archived in whole. */
  async *whole(entries: AsyncIterable<StoredEntry>): AsyncGenerator<StoredEntry> {
    for await (const entry of entries) yield entry.archived ? (this.files.get(nameOf(entry)) ?? entry) : entry;
  }
}

function nameOf({ actor, seq }: StoredEntry): string {
  return `${actor}/${seq}`;
}

async function* listed(entries: readonly Entry[]): AsyncGenerator<Entry> {
  yield* entries;
}

/**
 * Many changes of documents, in no order. A replica set or a sharded cluster takes them as one command. A server that
 * only speaks its protocol may hold something for each change until its command ends: FerretDB holds one of the hundred
 * connections to its database, and when they are gone, by the commands of all nodes together, it answers nobody any
 * more. So such a server gets a few at a time. Nor may it go on behind a change that met a taken key: then it gets all
 * of those few again, one by one.
 */
import { Serial } from '../serial.js';
import { takenOf } from './taken.js';

/** Changes of one node under way at a time, where the server may hold something for each. */
const FEW = 10;

/** The part of a model that is used here. */
interface Table<C> {
  bulkWrite(changes: C[], options: { ordered: false }): Promise<unknown>;
}

export class Bulk {
  private readonly serial = new Serial();

  constructor(private readonly replicated: boolean) {}

  /**
   * Resolves with the indexes of the changes that met a taken key; rejects when anything else went wrong. A change may
   * be made twice.
   */
  async write<C>(table: Table<C>, changes: readonly C[]): Promise<readonly number[]> {
    if (this.replicated) return writeSome(table, changes, 0);
    return this.serial.run(async () => {
      const taken: number[] = [];
      for (let from = 0; from < changes.length; from += FEW) {
        const few = changes.slice(from, from + FEW);
        if ((await writeSome(table, few, from)).length === 0) continue;
        for (const [i, change] of few.entries()) taken.push(...(await writeSome(table, [change], from + i)));
      }
      return taken;
    });
  }
}

async function writeSome<C>(table: Table<C>, changes: readonly C[], from: number): Promise<readonly number[]> {
  try {
    await table.bulkWrite([...changes], { ordered: false });
    return [];
  } catch (error) {
    return takenOf(error).map((index) => from + index);
  }
}

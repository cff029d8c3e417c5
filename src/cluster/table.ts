/**
 * The node table in Redis: a hash with one field for each node, by which nodes know of each other, and a channel on
 * which they tell that it is worth a look. Truth needs none of it (R7): it may be flushed at any time.
 */
import type { TableClient } from './bus.js';
import type { Look, Word } from './observer.js';

/** A look, and what stood in the table for the node that looks. */
export interface OwnLook extends Look {
  readonly mine: Word | undefined;
}

export class Table {
  constructor(
    private readonly client: TableClient,
    private readonly names: Names,
  ) {}

  /** Writes a node's beat, and looks. */
  async beat(node: string, word: Word): Promise<OwnLook> {
    const { table } = this.names;
    const done = await this.client
      .multi()
      .hget(table, node)
      .hset(table, node, JSON.stringify(word))
      .hgetall(table)
      .exec();
    const [mine, , all] = (done ?? []).map(([error, value]) => {
      if (error) throw error;
      return value;
    });
    return { ...(await this.lookOf(all as Record<string, string>)), mine: read(mine as string | null) };
  }

  /** Looks, and says nothing. */
  async look(node: string): Promise<OwnLook> {
    const all = await this.client.hgetall(this.names.table);
    return { ...(await this.lookOf(all)), mine: read(all[node] ?? null) };
  }

  /** Puts `gone` in a node's place: it leaves, or it was seen to die at that beat. */
  async gone(node: string, beat: number): Promise<void> {
    await this.client.hset(this.names.table, node, JSON.stringify({ beat, state: 'gone' } satisfies Word));
    await this.call();
  }

  async forget(nodes: readonly string[]): Promise<void> {
    if (nodes.length > 0) await this.client.hdel(this.names.table, ...nodes);
  }

  /** Asks all nodes to look. */
  async call(): Promise<void> {
    await this.client.publish(this.names.all, '');
  }

  private async lookOf(all: Record<string, string>): Promise<Look> {
    const words = new Map<string, Word>();
    for (const [node, text] of Object.entries(all)) {
      const word = read(text);
      if (word) words.set(node, word);
    }
    const nodes = [...words.keys()];
    const counts = await this.client.pubsub('NUMSUB', ...nodes.map((node) => this.names.node(node)));
    return { words, listeners: new Map(nodes.map((node, i) => [node, Number(counts[2 * i + 1])])) };
  }
}

/** Names of keys and channels; nodes on one store are one cluster. */
export interface Names {
  readonly prefix: string;
  readonly table: string;
  /** The channel of all nodes. */
  readonly all: string;
  /** The channel of one node. */
  node(node: string): string;
}

export function namesOf(store: string): Names {
  const prefix = `backseat:${store}`;
  return { prefix, table: `${prefix}:nodes`, all: `${prefix}:all`, node: (node) => `${prefix}:node:${node}` };
}

/** Undefined for what no node has written. */
function read(text: string | null): Word | undefined {
  if (text === null) return undefined;
  try {
    const { beat, state } = JSON.parse(text) as Partial<Word>;
    return typeof beat === 'number' && (state === 'up' || state === 'blind' || state === 'gone')
      ? { beat, state }
      : undefined;
  } catch {
    return undefined;
  }
}

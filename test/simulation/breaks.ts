/**
 * Ways to break one rule of docs/engine.md, by what stands around the engine: its journal, its actors, its bus.
 */
import { derive } from '../../src/actors/runtime/committed.js';
import type { AnyDefinition } from '../../src/actors/runtime/definition.js';
import type { Node } from '../../src/actors/runtime/node.js';
import type { SystemOptions } from '../../src/actors/runtime/options.js';
import type { Bus, TableBatch } from '../../src/cluster/bus.js';
import { encodeEntry } from '../../src/store/codec.js';
import type {
  Append,
  AppendResult,
  Entry,
  Journal,
  Json,
  Refusal,
  Snapshot,
  Snapshots,
  Store,
} from '../../src/store/ports.js';
import { isSame } from '../../src/store/same.js';
import type { Guard as StoreGuard } from '../../src/store/simulated/index.js';
import { journalWith } from '../support/journal.js';
import { nodeWith } from '../support/node.js';

/** How a system is made without one of its guards. */
export interface Broken {
  readonly store?: StoreGuard;
  journal?(journal: Journal): Journal;
  snapshots?(snapshots: Snapshots): Snapshots;
  definitions?(definitions: readonly AnyDefinition[]): readonly AnyDefinition[];
  transport?(local: Node): Node;
  bus?(bus: Bus): Bus;
  /** What who archives sees of the store. */
  archived?(store: Store): Store;
  readonly options?: Partial<SystemOptions>;
  /** A refusal that was not stored is taken for an answer. */
  unstoredRefusal?(commandId: string): Refusal | undefined;
}

/** Entries of one batch travel one by one, at the same time. */
export function onEachItsOwnWay(journal: Journal): Journal {
  return journalWith(journal, {
    append: async (items) => (await Promise.all(items.map((item) => journal.append([item])))).flat(),
  });
}

/** Says that it is stored before it is. */
export function ahead(journal: Journal): Journal {
  let last: Promise<unknown> = Promise.resolve();
  const stored: AppendResult = { state: 'stored' };
  return journalWith(journal, {
    append: (items) => {
      last = last.then(() => journal.append(items));
      return Promise.resolve(items.map(() => stored));
    },
  });
}

/** Every owner takes what stands at its place for its own. */
export function anonymous(journal: Journal): Journal {
  return journalWith(journal, {
    append: async (items) => {
      const results = await journal.append(items);
      return results.map((result, i) => {
        const epoch = items[i]?.entry.epoch;
        return result.state === 'collided' && epoch !== undefined
          ? { ...result, met: { ...result.met, epoch } }
          : result;
      });
    },
  });
}

/** A refusal is told, and no entry is written. */
export function forgettingRefusals(): Broken {
  const refusals = new Map<string, Refusal>();
  return {
    definitions: (definitions) =>
      definitions.map((definition) => ({
        ...definition,
        decide: Object.fromEntries(
          Object.entries(definition.decide).map(([type, decide]) => [
            type,
            (...[state, input, context]: Parameters<NonNullable<typeof decide>>) => {
              const decision = decide?.(state, input, context);
              if (!decision) throw new Error(`no ${type}`);
              if (!('refused' in decision)) return decision;
              refusals.set(`${context.caller}:${context.commandId}`, decision.refused);
              throw new Error('refused without an entry');
            },
          ]),
        ),
      })),
    transport: (local) =>
      nodeWith(local, {
        deliver: async (delivery) => {
          const answer = await local.deliver(delivery);
          const error = refusals.get(`${delivery.from}:${delivery.id}`);
          if (!('unstored' in answer) || answer.unstored.code !== 'decision_failed' || !error) return answer;
          const proof = await local.missed(`${delivery.to}/-`, 0);
          return 'unstored' in proof ? answer : derive(proof, () => ({ outcome: { ok: false, error }, seq: 0 }));
        },
      }),
    unstoredRefusal: (commandId) => refusals.get(commandId),
  };
}

/** Whoever meets another owner's entry in the place of his own puts his own behind it, and goes on as he was. */
export function pressingOn(journal: Journal): Journal {
  /** By epoch: how far behind its own count an activation's entries are put. */
  const shifts = new Map<string, number>();
  const shiftOf = ({ epoch }: Entry): number => shifts.get(epoch) ?? 0;
  return journalWith(journal, {
    append: async (items) => {
      const sent = items.map(({ entry, ...rest }): Append => {
        const moved = { ...entry, seq: entry.seq + shiftOf(entry) };
        return { ...rest, entry: moved, text: encodeEntry(moved) };
      });
      const results = await journal.append(sent);
      return results.map((result, i): AppendResult => {
        const [own, tried] = [items[i]?.entry, sent[i]?.entry];
        if (result.state !== 'collided' || !own || !tried) return result;
        const { met } = result;
        if (isSame(met, tried)) return { state: 'collided', met: { ...met, seq: own.seq } };
        if (met.commandId === own.commandId) return result;
        shifts.set(own.epoch, met.seq + 1 - own.seq);
        return { state: 'unknown' };
      });
    },
  });
}

/** No marker is ever found: who was not in memory is not woken for what he promised. */
export function unseeing(journal: Journal): Journal {
  return journalWith(journal, { due: () => Promise.resolve([]) });
}

/** A snapshot says that it holds an entry more than it does. */
export const sayingMore = altered((snapshot) => ({ ...snapshot, seq: snapshot.seq + 1 }));

/** A snapshot does not know which push of a stream was the last. */
export const forgettingPushes = altered((snapshot) => {
  const body = JSON.parse(snapshot.body) as Readonly<Record<string, Json>>;
  return { ...snapshot, body: JSON.stringify({ ...body, channels: [] }) };
});

function altered(how: (snapshot: Snapshot) => Snapshot): (snapshots: Snapshots) => Snapshots {
  return (snapshots) => ({
    insert: (some) => snapshots.insert(some.map(how)),
    latest: (actor) => snapshots.latest(actor),
    kept: (actor) => snapshots.kept(actor),
  });
}

/** What is pushed depends on how often something was pushed before. */
export function counting(definitions: readonly AnyDefinition[]): readonly AnyDefinition[] {
  let told = 0;
  return definitions.map(({ push = {}, ...definition }) => ({
    ...definition,
    push: Object.fromEntries(
      Object.entries(push).map(([type, bodies]) => [
        type,
        (...event: Parameters<NonNullable<typeof bodies>>) =>
          (bodies?.(...event) ?? []).map((body) => ({ ...body, data: [body.data, ++told] })),
      ]),
    ),
  }));
}

/** A Redis that does not answer is taken for one that is empty. */
export function takingSilenceForEmptiness({ commands, listener, ...bus }: Bus): Bus {
  const batchOf = (batch: TableBatch): TableBatch => ({
    hget: (...of) => batchOf(batch.hget(...of)),
    hset: (...of) => batchOf(batch.hset(...of)),
    hgetall: (...of) => batchOf(batch.hgetall(...of)),
    exec: () => batch.exec().catch(() => [null, 1, {}].map((result) => [null, result] as const)),
  });
  return {
    ...bus,
    listener,
    commands: {
      multi: () => batchOf(commands.multi()),
      hset: (...of) => commands.hset(...of),
      hdel: (...of) => commands.hdel(...of),
      hgetall: (key) => commands.hgetall(key).catch(() => ({})),
      pubsub: (...of) => commands.pubsub(...of).catch(() => []),
      publish: (...of) => commands.publish(...of),
    },
  };
}

/** Who archives takes a snapshot for one of all that there is. */
export function archivingTheTail({ snapshots, ...store }: Store): Store {
  const kept: Store['snapshots']['kept'] = async (actor) =>
    (await snapshots.kept(actor)).map((snapshot) => ({ ...snapshot, seq: Number.MAX_SAFE_INTEGER }));
  return {
    ...store,
    snapshots: { kept, insert: (some) => snapshots.insert(some), latest: (actor) => snapshots.latest(actor) },
  };
}

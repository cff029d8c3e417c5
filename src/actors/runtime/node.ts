/**
 * What a node does for others, and how requests find the node that does it. Placement is a hint
 * (R7, ENGINE 9): a node that is asked for an actor it should not own serves it all the same, and
 * the store's keys settle the rest.
 */
import type { ActorId, Json, ShardRange } from '../../store/ports.js';
import { SHARDS } from '../../store/ports.js';
import type { Committed } from './committed.js';
import type { Answer, Ask, Missed, ReadAnswer, Unstored } from './engine.js';

/** A message on its way from one actor to another (ENGINE 14). */
export interface Delivery {
  /** `<actor>/<seq>/<n>` of the entry that promised it. */
  readonly id: string;
  readonly from: ActorId;
  readonly to: ActorId;
  readonly type: string;
  readonly input: Json;
  readonly due: number;
  readonly hop: number;
  /** It may have been delivered before: its entry is looked for before it is decided. */
  readonly again?: boolean;
}

/** The requests that travel between nodes. */
export interface Node {
  ask(ask: Ask): Promise<Committed<Answer> | Unstored>;
  read(actor: ActorId, name: string, input: Json, caller: string): Promise<Committed<ReadAnswer> | Unstored>;
  missed(stream: string, after: number): Promise<Committed<Missed> | Unstored>;
  /** Whether a promise `<actor>/<seq>/<n>` of this actor is open; `again`: if it is, it is tried from the start. */
  promise(actor: ActorId, id: string, again: boolean): Promise<Committed<ReadAnswer> | Unstored>;
  /** Resolves with the stored answer, or with why there is none. May stay silent for ever: the sender tries again. */
  deliver(delivery: Delivery): Promise<Committed<Answer> | Unstored>;
}

/** Puts the way to other nodes before the local one: what is asked of the result reaches the owner. */
export type Transport = (local: Node) => Node;

/** The transport of a node that is alone. */
export const noTransport: Transport = (local) => local;

/** Which shards a node serves. */
export interface Placement {
  shards(): readonly ShardRange[];
  /** Calls back with shards that the node serves from now on: their due promises are looked up. */
  onGained(listener: (shards: readonly ShardRange[]) => void): void;
}

/** Whether some of the ranges hold a shard. */
export function holds(ranges: readonly ShardRange[], shard: number): boolean {
  return ranges.some(({ from, to }) => from <= shard && shard < to);
}

/** The placement of a node that is alone: all shards, for ever. */
export const allShards: Placement = {
  shards: () => [{ from: 0, to: SHARDS }],
  onGained: () => undefined,
};

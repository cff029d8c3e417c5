/**
 * What nodes say to each other: requests of the engine's {@link Node} port, and their answers, as JSON. Many frames
 * travel in one message.
 *
 *   R2  what arrives as committed was committed by the node that sent it: made here of `carry`, read by `arrived` where
 *       it was asked for
 *
 * Boundary: no clock. A deadline travels as the time that is left, since clocks of nodes differ.
 */
import { carry, type Carried, type Committed } from '../actors/runtime/committed.js';
import type { Answer, Ask, Missed, ReadAnswer, Unstored } from '../actors/runtime/engine.js';
import type { Delivery } from '../actors/runtime/node.js';
import type { ActorId, Json } from '../store/ports.js';

/** One request, by what it asks of the other node. */
export type Request =
  | { readonly ask: Omit<Ask, 'deadline'>; readonly leftMs?: number }
  | { readonly read: { readonly actor: ActorId; readonly name: string; readonly input: Json; readonly caller: string } }
  | { readonly missed: { readonly stream: string; readonly after: number } }
  | { readonly promise: { readonly actor: ActorId; readonly id: string; readonly again: boolean } }
  | { readonly deliver: Delivery };

/** What a request is answered with here. */
export type Reply = Committed<Answer | ReadAnswer | Missed> | Unstored;

/** The same on its way. */
export type SentReply = Carried<unknown> | Unstored;

/** A request or a reply on its way. `n` is the asking node's number for it. */
export type Frame =
  { readonly n: number; readonly request: Request } | { readonly n: number; readonly reply: SentReply };

/** What one message says, and who says it. */
export interface Message {
  readonly from: string;
  readonly frames: readonly Frame[];
}

export function requestFrame(n: number, request: Request): string {
  return JSON.stringify({ n, request } satisfies Frame);
}

export function replyFrame(n: number, reply: Reply): string {
  return JSON.stringify({ n, reply: 'unstored' in reply ? reply : carry(reply) } satisfies Frame);
}

/** Frames, already written, as one message. */
export function message(from: string, frames: readonly string[]): string {
  return `{"from":${JSON.stringify(from)},"frames":[${frames.join(',')}]}`;
}

/** Reads a message. Throws on what no node has written. */
export function readMessage(text: string): Message {
  const { from, frames } = JSON.parse(text) as Partial<Message>;
  if (typeof from !== 'string' || !Array.isArray(frames)) throw new Error('not a message between nodes');
  return { from, frames };
}

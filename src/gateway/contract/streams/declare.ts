/**
 * What a stream declaration is. A stream is `<actor>/<channel>`; its pushes carry the entry's seq and
 * the seq of the push before, so a follower can resume and no push is lost (ENGINE 20). Volatile events
 * rest on no entry; they go to whole roles, may be skipped, and say so.
 */
import type { TSchema } from '@sinclair/typebox';

import type { Json } from '../../../store/ports.js';
import type { Tools } from '../../tools.js';
import type { Caller, Role } from '../declare.js';

/** The parts of a stream's name. */
export interface StreamName {
  /** The actor's kind and key. */
  readonly kind: string;
  readonly key: string;
  readonly channel: string;
}

/** One kind of push on a stream. */
export interface PushDeclaration {
  readonly summary: string;
  readonly data: TSchema;
}

/** How pushes that come faster than anybody can look are put together. */
export interface Coalescing {
  /** ms that pushes are gathered for. */
  readonly windowMs: number;
  /** The data of two pushes of one name, the later one of which rules. */
  readonly merge: (earlier: Json, later: Json) => Json;
}

/** One channel of an actor kind. */
export interface StreamDeclaration {
  readonly kind: string;
  /** The channel's name; `{…}` stands for one or more characters, told apart by `mayFollow`. */
  readonly channel: string;
  readonly summary: string;
  /** Who may follow, for the pages. */
  readonly followers: string;
  /** Whether this caller may follow. `part` is what stands for `{…}`. */
  mayFollow(caller: Caller, name: StreamName, part: string, tools: Tools): boolean | Promise<boolean>;
  readonly pushes: Readonly<Record<string, PushDeclaration>>;
  readonly coalesce?: Coalescing;
  /** A push after which all who follow must ask again, because who may follow has changed. */
  readonly endsOn?: string;
}

/** An event that may be skipped, told to all sockets of some roles. */
export interface VolatileDeclaration {
  readonly summary: string;
  readonly roles: readonly Role[];
  readonly data: TSchema;
}

/** Finds the declaration of a stream by its name. */
export interface StreamTable {
  find(
    stream: string,
  ): { readonly declaration: StreamDeclaration; readonly name: StreamName; readonly part: string } | undefined;
}

const STREAM = /^([a-z]{1,32}):([A-Za-z0-9_.@+-]{1,128})\/([A-Za-z0-9_.@+-]{1,128})$/;

export function streamTable(declarations: readonly StreamDeclaration[]): StreamTable {
  const patterns = declarations.map((declaration) => ({
    declaration,
    pattern: new RegExp(`^${declaration.channel.replace(/[.]/g, '\\.').replace(/\{\w+\}/, '(.+)')}$`),
  }));
  return {
    find(stream) {
      const [, kind, key, channel] = STREAM.exec(stream) ?? [];
      if (kind === undefined || key === undefined || channel === undefined) return undefined;
      for (const { declaration, pattern } of patterns) {
        const match = declaration.kind === kind ? pattern.exec(channel) : null;
        if (match) return { declaration, name: { kind, key, channel }, part: match[1] ?? '' };
      }
      return undefined;
    },
  };
}

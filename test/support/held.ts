/** Holds what really leaves a node to what is declared: each answer to its output, each push to its stream. */
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import type { TSchema } from '@sinclair/typebox';

import type { Engine } from '../../src/actors/runtime/engine.js';
import { contract, type Contract } from '../../src/gateway/contract/index.js';
import { streamTable } from '../../src/gateway/contract/streams/declare.js';
import { streams } from '../../src/gateway/contract/streams/index.js';

const checks = new Map<TSchema, TypeCheck<TSchema>>();
const table = streamTable(streams);
const requests: Contract = contract;

/** What of a value breaks its schema; undefined when nothing does. */
function broken(schema: TSchema, value: unknown): string | undefined {
  let check = checks.get(schema);
  if (!check) checks.set(schema, (check = TypeCompiler.Compile(schema)));
  const first = check.Errors(value).First();
  return first && `${first.path}: ${first.message}: ${JSON.stringify(first.value)}`;
}

/** What of an answer breaks its declared output. */
export function answerBreaks(name: string, value: unknown): string | undefined {
  const declaration = requests[name];
  return declaration && broken(declaration.output, value);
}

/** Tells of each push that no stream declares, or whose data is not as declared. */
export function watchPushes(engine: Pick<Engine, 'onPush'>, tell: (problem: string) => void): void {
  engine.onPush(({ value: { stream, name, data } }) => {
    // The gateway's own: followed by nobody else.
    if (name === 'session.closed') return;
    const push = table.find(stream)?.declaration.pushes[name];
    const wrong = push ? broken(push.data, data) : 'no stream declares it';
    if (wrong !== undefined) tell(`${name} on ${stream}: ${wrong}`);
  });
}

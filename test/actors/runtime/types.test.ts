/**
 * Wrong code must not compile (R2). Each sample is compiled beside the real sources; the compiler's
 * words are the assertion.
 */
import { join } from 'node:path';

import t from 'tap';
import ts from 'typescript';

const folder = join(import.meta.dirname, '..', '..', '..', 'src', 'actors', 'runtime');

const answering = `
  import { storedAnswer } from './answers.js';
  import { derive, type Committed } from './committed.js';
  import type { Activation } from './activation.js';
  import type { CommandEnvelope } from './envelope.js';
  import type { Post } from './post.js';
  import { pushesOfStored } from './streams.js';
  import type { Turn } from './turn.js';
  import type { Entry } from '../../store/ports.js';`;

const defining = (decide: string, evolve: string): string => `
  import { defineActor } from './definition.js';
  type C = { add: { input: { by: number }; reply: null } };
  type E = { added: { by: number } };
  export const d = defineActor<{ n: number }, C, E>({
    kind: 'x', version: 1, initial: () => ({ n: 0 }),
    decide: { ${decide} }, evolve: { ${evolve} },
  });`;
const add = 'add: (s, { by }) => ({ reply: null, events: [{ type: "added", data: { by } }] })';
const added = 'added: () => undefined';

/** What each sample must make the compiler say; nothing for right code. */
const samples: Readonly<Record<string, { readonly code: string; readonly says?: RegExp }>> = {
  'R2: an answer from a stored entry compiles': {
    code: `${answering}
      export const tell = (e: CommandEnvelope, entry: Committed<Entry>) => e.answer(derive(entry, storedAnswer));`,
  },
  'R2: an answer from an entry that is only decided does not compile': {
    code: `${answering}
      export const tell = (e: CommandEnvelope, turn: Turn) => e.answer({ value: storedAnswer(turn.entry) });`,
    says: /Committed/,
  },
  'R2: a push of an entry that is only decided does not compile': {
    code: `${answering}
      export const tell = (turn: Turn) => pushesOfStored(turn.entry, turn.pushes);`,
    says: /Committed/,
  },
  'R2: a message of an entry that is only decided does not compile': {
    code: `${answering}
      export const send = (post: Post, activation: Activation, turn: Turn) => post.stored(activation, turn.entry);`,
    says: /Committed/,
  },
  'a definition with a function for each command and event compiles': { code: defining(add, added) },
  'a definition that leaves out a command does not compile': { code: defining('', added), says: /'add' is missing/ },
  'a definition that leaves out an event does not compile': { code: defining(add, ''), says: /'added' is missing/ },
  'a decision for an event that nobody declared does not compile': {
    code: defining(add.replace('"added"', '"forgotten"'), added),
    says: /forgotten/,
  },
};

const files = new Map(
  Object.entries(samples).map(([title, { code }], i) => [join(folder, `__sample${i}__.ts`), { title, code }]),
);

/** The compiler's messages about each sample, all compiled in one program. */
function compile(): ReadonlyMap<string, readonly string[]> {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...more) => {
    const sample = files.get(name);
    return sample ? ts.createSourceFile(name, sample.code, ts.ScriptTarget.ES2023) : read(name, ...more);
  };
  host.fileExists = (name) => files.has(name) || ts.sys.fileExists(name);
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    [...files].map(([name, { title }]) => {
      const found = program.getSemanticDiagnostics(program.getSourceFile(name));
      return [title, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))];
    }),
  );
}

const messages = compile();
for (const [title, { says }] of Object.entries(samples)) {
  t.test(title, async (t) => {
    t.match(messages.get(title), says ? [says] : []);
    t.equal(messages.get(title)?.length, says ? 1 : 0);
  });
}

/** Inputs as a request declares them: what passes its schema, made of the schema. */
import type { TSchema } from '@sinclair/typebox';
import fc, { type Arbitrary } from 'fast-check';

/** What a schema says of its values; the parts that declarations use. */
interface Said {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly [bound: string]: unknown;
}

/**
 * Values that keep a schema; where one of the `known` texts, ids of things that are there, keeps a field's rule, it is
 * taken half the time. A field that `fields` names is made as that says. Throws on a part of a schema that no
 * declaration used when this was written.
 */
export function wellFormed(
  schema: TSchema,
  known: readonly string[],
  fields: Readonly<Record<string, Arbitrary<unknown>>> = {},
): Arbitrary<unknown> {
  const said = schema as Said;
  const part = (of: TSchema) => wellFormed(of, known, fields);
  if ('const' in said) return fc.constant(said.const);
  if (said.anyOf) return fc.oneof(...said.anyOf.map(part));
  const bound = (name: string, otherwise: number): number => (said[name] as number | undefined) ?? otherwise;
  switch (said.type) {
    case 'string':
      if (said.pattern !== undefined) return matching(new RegExp(said.pattern), known);
      return fc.string({ minLength: bound('minLength', 0), maxLength: Math.min(bound('maxLength', 40), 300) });
    case 'integer':
      return fc.integer({ min: bound('minimum', -(2 ** 31)), max: bound('maximum', 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: bound('minimum', -1e9), max: bound('maximum', 1e9), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(part(said.items as TSchema), {
        minLength: bound('minItems', 0),
        maxLength: Math.min(bound('maxItems', 4), 4),
      });
    case 'object': {
      const { properties = {}, required = [] } = said;
      const parts = Object.fromEntries(
        Object.entries(properties).map(([name, of]) => [name, fields[name] ?? part(of)]),
      );
      return fc.record(parts, { requiredKeys: [...required] });
    }
    default:
      throw new Error(`a schema with ${JSON.stringify(schema)}: say how its values are made`);
  }
}

function matching(pattern: RegExp, known: readonly string[]): Arbitrary<string> {
  const there = known.filter((text) => pattern.test(text));
  const any = fc.stringMatching(pattern);
  return there.length === 0 ? any : fc.oneof(fc.constantFrom(...there), any);
}

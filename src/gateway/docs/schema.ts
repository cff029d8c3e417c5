/** A declaration's schemas as the pages show them: plain JSON, with each rule in words as description. */
import type { TSchema } from '@sinclair/typebox';

import type { Json } from '../../store/ports.js';

export type Shown = Readonly<Record<string, Json>>;

export function shown(schema: TSchema): Shown {
  // TypeBox keeps its own marks under symbols, which JSON leaves out.
  const json = JSON.stringify(schema, (key, value: unknown) => (key === 'rule' ? undefined : withRule(value)));
  return JSON.parse(json) as Shown;
}

function withRule(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('rule' in value) || typeof value.rule !== 'string') return value;
  return { ...value, description: value.rule };
}

export const nullSchema: Shown = { type: 'null' };

/** What a refusal looks like. */
export const refusalSchema: Shown = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', description: 'A code of docs/errors.md.' },
    message: { type: 'string', description: 'For people: names the field and the rule.' },
    details: { description: 'More about it, by code.' },
    retryAfterMs: { type: 'integer', description: 'When to try again, ms.' },
  },
};

/** An acknowledgement that holds `value`. */
export function ackSchema(value: Shown): Shown {
  return {
    type: 'object',
    required: ['ok', 'value'],
    properties: {
      ok: { const: true },
      value,
      seq: { type: 'integer', description: 'Seq of the entry, or of the state that was read.' },
    },
  };
}

export const refusedAckSchema: Shown = {
  type: 'object',
  required: ['ok', 'error'],
  properties: { ok: { const: false }, error: { $ref: '#/components/schemas/Refusal' } },
};

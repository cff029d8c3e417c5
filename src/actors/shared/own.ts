/**
 * A record's own value. Ids come from strangers, and `constructor` is a well-formed one, so a record
 * that is kept by id is never asked with a bare index.
 */
export function own<T>(record: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}

/** Whether `id` may be the key of a record: well-formed, and no name that a record gives a meaning to. */
export function isId(id: string): boolean {
  return /^[A-Za-z0-9_.@+-]{1,64}$/.test(id) && id !== '__proto__';
}

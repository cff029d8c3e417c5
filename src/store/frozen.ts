/**
 * The same value, which nobody can change any more, nor what is in it: so it may be told to all who read it. What is
 * frozen already is taken to be so throughout.
 */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** The same value, which nobody can change any more, nor what is in it: so it may be told to all who read it. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** `from` without some of its fields. */
export function without<T extends object, K extends keyof T>(from: T, ...names: readonly K[]): Omit<T, K> {
  const left: Partial<T> = { ...from };
  // A name that is here is a key of T, and a copy may lose it.
  for (const name of names) Reflect.deleteProperty(left, name);
  return left as Omit<T, K>;
}

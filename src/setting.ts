/**
 * The kinds of settings: how the text of each is read from the environment, and which rule it must keep.
 * Boundary: knows no setting; they stand in config.ts.
 */

/** One setting: how it is written in the environment, what it means, and how its text is read. */
export interface Setting<T> {
  readonly env: string;
  readonly fallback: T;
  /** One sentence, with the unit. */
  readonly about: string;
  /** Never printed. */
  readonly secret: boolean;
  /** Reads the text; {@link Broken} says which rule it breaks. */
  read(text: string): T | Broken;
}

/** The rule that a setting's text breaks: "must be …". */
export class Broken {
  constructor(readonly rule: string) {}
}

/** A setting whose text is read by `read`. */
export function setting<T>(
  env: string,
  fallback: T,
  about: string,
  read: Setting<T>['read'],
  secret = false,
): Setting<T> {
  return { env, fallback, about, secret, read };
}

/** A whole number within bounds. */
export function integer(env: string, fallback: number, about: string, least: number, most: number): Setting<number> {
  return setting(env, fallback, about, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : new Broken(`a whole number from ${least} to ${most}`);
  });
}

/** A text that fits a pattern; `rule` says in words what that is. */
export function text(env: string, fallback: string, about: string, pattern = /^.*$/s, rule = 'text'): Setting<string> {
  return setting(env, fallback, about, (value) => (pattern.test(value) ? value : new Broken(rule)));
}

/** A text that is never printed; absent is empty. */
export function secret(env: string, about: string, least: number): Setting<string> {
  const read = (value: string) => (value.length >= least ? value : new Broken(`at least ${least} characters`));
  return setting(env, '', about, read, true);
}

/** One of some words. */
export function choice<const T extends string>(
  env: string,
  fallback: NoInfer<T>,
  about: string,
  of: readonly T[],
): Setting<T> {
  return setting<T>(
    env,
    fallback,
    about,
    (value) => of.find((one) => one === value) ?? new Broken(`one of ${of.join(', ')}`),
  );
}

/** Texts with commas between. */
export function list(env: string, fallback: readonly string[], about: string): Setting<readonly string[]> {
  return setting(env, fallback, about, (value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}

/** An angle from -`most` to `most`. */
export function degrees(env: string, fallback: number, about: string, most: number): Setting<number> {
  return setting(env, fallback, about, (value) => {
    const number = Number(value);
    return value !== '' && Math.abs(number) <= most ? number : new Broken(`degrees from -${most} to ${most}`);
  });
}

/** What a run says of its violations. */

/** Violations that are printed; `--json` prints all. */
const PRINTED = 20;

/** A line for each, up to a number; `seen` is what helps to see them again: the seed, and where the data is. */
export function violationLines(violations: readonly string[], seen: string): readonly string[] {
  const more = violations.length - PRINTED;
  return [
    violations.length === 0 ? 'no violations' : `${violations.length} violations (${seen}):`,
    ...violations.slice(0, PRINTED).map((violation) => `  ${violation}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

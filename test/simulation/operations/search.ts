/** Looks for a list of operations after which something does not hold, and makes it as short as it can. */
import fc, { type RunDetails } from 'fast-check';

import { operationOn, type Operation } from './operation.js';
import { play, type Played, type Stage } from './play.js';

/** The seed is that of the lists too. */
export interface Search extends Stage {
  /** Lists that are played. */
  readonly runs: number;
  /** Operations of a list at most. */
  readonly most?: number;
  /** Where a found list stands, as a search tells it: plays that one alone. */
  readonly path?: string;
  readonly played?: (played: Played) => void;
}

export interface Found {
  readonly operations: readonly Operation[];
  readonly violations: readonly string[];
  /** For people: operations one a line, what does not hold, how to play it again. */
  readonly text: string;
}

const MOST = 60;

/** Nothing, or the shortest list that was found. */
export async function search({ runs, most = MOST, path, played, ...stage }: Search): Promise<Found | undefined> {
  const { seed, nodes } = stage;
  const lists = fc.array(operationOn(nodes), { minLength: 1, maxLength: most, size: 'max' });
  const property = fc.asyncProperty(lists, async (operations) => {
    const result = await play(operations, stage);
    played?.(result);
    return result.violations.length === 0;
  });
  const details: RunDetails<[Operation[]]> = await fc.check(property, {
    seed,
    numRuns: runs,
    ...(path !== undefined && { path, endOnFailure: true }),
  });
  const found = details.counterexample?.[0];
  if (!found) return undefined;
  const { operations, violations } = await without(found, (list) => play(list, stage));
  const where = nodes === 1 ? '' : ` --nodes ${nodes}`;
  const again = `npm run simulate -- --operations 1${where} --from ${seed} --path ${details.counterexamplePath ?? ''}`;
  const lines = [...operations.map((each) => `  ${JSON.stringify(each)}`), ...violations, `again: ${again}`];
  return { operations, violations, text: `after ${operations.length} operations:\n${lines.join('\n')}` };
}

/** fast-check makes lists shorter from their beginning: leaves out one by one what is not needed. */
async function without(found: readonly Operation[], played: (list: readonly Operation[]) => Promise<Played>) {
  let operations = found;
  let { violations } = await played(found);
  for (let i = operations.length - 1; i >= 0; i--) {
    const fewer = operations.filter((_, n) => n !== i);
    const left = await played(fewer);
    if (left.violations.length > 0) [operations, violations] = [fewer, left.violations];
  }
  return { operations, violations };
}

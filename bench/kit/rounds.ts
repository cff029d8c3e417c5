/** Measures two things in turn, so that what else the machine does meets both, and tells the medians. */

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median: there must be a value');
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[half]];
  return (low + high) / 2;
}

/** Ours, then the reference, `rounds` times. */
export async function inTurn(
  rounds: number,
  ours: () => Promise<number>,
  reference: () => Promise<number>,
): Promise<{ readonly ours: number; readonly reference: number }> {
  const measured = { ours: [] as number[], reference: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    measured.ours.push(await ours());
    measured.reference.push(await reference());
  }
  return { ours: median(measured.ours), reference: median(measured.reference) };
}

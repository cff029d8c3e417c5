/**
 * The curve's value axis. It stands still for ten minutes at a time; only a value that would leave the
 * picture moves it earlier, and then by so much that it stands again. Pure.
 */
export type Axis = { readonly max: number; readonly at: number };

const REST = 600_000;
/** Room above the highest value, and above one that outgrew the axis. */
const [ROOM, GROWING] = [1.1, 2];
const STEPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** The axis for values up to `highest` (minor units), `least` when there are none to speak of. */
export function axisFor(former: Axis | undefined, highest: number, least: number, now: number): Axis {
  if (!former) return { max: round(Math.max(highest * ROOM, least)), at: now };
  if (highest > former.max) return { max: round(highest * GROWING), at: now };
  if (now - former.at < REST) return former;
  return { max: round(Math.max(highest * ROOM, least)), at: now };
}

/** The next number above that is easily halved and read. */
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}

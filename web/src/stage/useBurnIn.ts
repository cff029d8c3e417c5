/** Spares the panel: the whole stage stands a little elsewhere every two minutes, over eight places. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';

const STEP = 120_000;
const REACH = 0.4;
/** Each place one step from the one before it: around a square. */
const PLACES = [
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
] as const;

export function useBurnIn(): ShallowRef<{ readonly x: string; readonly y: string }> {
  const place = (n: number) => {
    const [x, y] = PLACES[n % PLACES.length] ?? PLACES[0];
    // Whole pixels: hairlines stay sharp.
    return { x: whole(x * REACH), y: whole(y * REACH) };
  };
  let n = 0;
  const shift = shallowRef(place(n));
  const timer = setInterval(() => {
    shift.value = place(++n);
  }, STEP);
  onScopeDispose(() => {
    clearInterval(timer);
  });
  return shift;
}

function whole(u: number): string {
  return `round(${u} * var(--u), 1px)`;
}

/**
 * Numbers that move: 400 ms, at most once a second, and not at all while nobody looks or the line is stale. All begin
 * at the turn of the same second, so that those that belong together (a total and its parts) agree whenever they stand.
 */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';

const LASTS = 400;
const APART = 1_000;

/** Follows `target`; while `still` it jumps instead. Unknown stays unknown. */
export function useTween(target: () => number | undefined, still: () => boolean): ShallowRef<number | undefined> {
  const shown = shallowRef(target());
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function begin(): void {
    clearTimeout(timer);
    timer = undefined;
    cancelAnimationFrame(frame);
    const from = shown.value;
    const to = target();
    if (from === undefined || to === undefined || from === to || still() || document.hidden) {
      shown.value = to;
      return;
    }
    const began = performance.now();
    const step = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - began) / LASTS));
      shown.value = part === 1 ? to : Math.round(from + (to - from) * (1 - (1 - part) ** 3));
      if (part < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  watch(target, (to) => {
    if (shown.value === undefined || to === undefined) begin();
    else timer ??= setTimeout(begin, APART - (performance.now() % APART));
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  });
  return shown;
}

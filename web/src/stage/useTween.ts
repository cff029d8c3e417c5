/** Numbers that move: 400 ms, at most once a second, and not at all while nobody looks or the line is stale. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';

const LASTS = 400;
const APART = 1_000;

/** Follows `target`; while `still` it jumps instead. Unknown stays unknown. */
export function useTween(target: () => number | undefined, still: () => boolean): ShallowRef<number | undefined> {
  const shown = shallowRef(target());
  let began = -Infinity;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function begin(): void {
    timer = undefined;
    const from = shown.value;
    const to = target();
    if (from === undefined || to === undefined || from === to || still() || document.hidden) {
      shown.value = to;
      return;
    }
    began = performance.now();
    const step = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - began) / LASTS));
      shown.value = part === 1 ? to : Math.round(from + (to - from) * (1 - (1 - part) ** 3));
      if (part < 1) frame = requestAnimationFrame(step);
    };
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(step);
  }

  watch(target, () => {
    timer ??= setTimeout(begin, Math.max(0, began + APART - performance.now()));
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  });
  return shown;
}

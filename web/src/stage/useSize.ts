/** Tells when an element has another size: debounced, and never for one that has none. */
import { onMounted, onScopeDispose, type ShallowRef } from 'vue';

const SETTLES = 200;

export function useSize(element: Readonly<ShallowRef<HTMLElement | null>>, resized: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let size: string | undefined;
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0 || entry.contentRect.height === 0) return;
    const now = `${entry.contentRect.width}x${entry.contentRect.height}`;
    const isFirst = size === undefined;
    if (now === size) return;
    size = now;
    if (isFirst) return;
    clearTimeout(timer);
    timer = setTimeout(resized, SETTLES);
  });
  onMounted(() => {
    if (element.value) observer.observe(element.value);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    observer.disconnect();
  });
}

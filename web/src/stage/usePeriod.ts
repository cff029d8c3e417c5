/** Keys 1 to 4 choose the lists' period; after five minutes they are back at the day. */
import { onMounted, onScopeDispose } from 'vue';
import type { Period } from '../line/protocol.js';
import { useScreen } from '../screen.js';

const PERIODS: readonly Period[] = ['day', 'week', 'month', 'year'];
const BACK = 300_000;

/** The lists follow as soon as the period's snapshot is there. */
export function usePeriod(): void {
  const screen = useScreen();
  let asked: Period = 'day';
  let timer: ReturnType<typeof setTimeout> | undefined;

  function ask(period: Period): void {
    clearTimeout(timer);
    if (period !== 'day') timer = setTimeout(ask, BACK, 'day');
    if (period === asked) return;
    asked = period;
    void screen.renew(period);
  }

  const pressed = ({ key, altKey, ctrlKey, metaKey }: KeyboardEvent) => {
    const period = PERIODS[Number(key) - 1];
    if (period && !altKey && !ctrlKey && !metaKey) ask(period);
  };
  onMounted(() => {
    window.addEventListener('keydown', pressed);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    window.removeEventListener('keydown', pressed);
  });
}

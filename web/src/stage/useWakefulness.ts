/** A wall that is seen stays awake; one that was hidden catches up with a snapshot. */
import { onMounted, onScopeDispose } from 'vue';
import { useScreen } from '../screen.js';

export function useWakefulness(): void {
  const screen = useScreen();
  const changed = () => {
    if (document.hidden) return;
    void stayAwake();
    void screen.renew();
  };
  onMounted(() => {
    document.addEventListener('visibilitychange', changed);
    void stayAwake();
  });
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', changed);
  });
}

async function stayAwake(): Promise<void> {
  try {
    // Given back by the browser whenever the page is hidden; not there at all on a plain http address.
    await navigator.wakeLock.request('screen');
  } catch {
    // The wall's own settings then decide when it sleeps.
  }
}

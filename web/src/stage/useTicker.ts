/**
 * The strip's motion: one track, moved by one compositor animation at 8u a second, on which twelve
 * nodes are placed again and again. Nothing new, no motion: the last orders stand, each with its time.
 */
import { nextTick, onMounted, onScopeDispose, shallowReactive, watch, type ShallowRef } from 'vue';
import { useScreen } from '../screen.js';
import { unit } from './theme.js';
import { TickerQueue, type Passing } from './ticker.js';
import { useSize } from './useSize.js';

/** u per second; nodes; u between two orders. */
const [SPEED, NODES, GAP] = [8, 12, 4];
/** Pixels of one run of the animation; far below where a long translation loses its fractions. */
const RUN = 60_000;
const LOOK_EVERY = 250;

export interface Node {
  readonly passing: Passing;
  /** Pixels from the start of the track. */
  readonly left: number;
}

/** The twelve nodes, to be rendered on `track` each with `data-node` of its place. */
export function useTicker(track: Readonly<ShallowRef<HTMLElement | null>>): readonly (Node | undefined)[] {
  const screen = useScreen();
  const queue = new TickerQueue();
  const nodes = shallowReactive<(Node | undefined)[]>(Array.from({ length: NODES }, () => undefined));
  let motion: Animation | undefined;
  let turn = 0;
  /** Where the last order ends on the track, in pixels. */
  let end = 0;

  const width = () => track.value?.parentElement?.clientWidth ?? 0;
  const moved = () => (Number(motion?.currentTime ?? 0) / 1_000) * SPEED * unit();

  async function place(passing: Passing, left: number): Promise<void> {
    const at = turn++ % NODES;
    nodes[at] = { passing, left };
    await nextTick();
    const node = track.value?.querySelector<HTMLElement>(`[data-node="${at}"]`);
    end = left + (node?.offsetWidth ?? 0) + GAP * unit();
  }

  /** From the start: the orders known so far, standing side by side, the newest at the right. */
  async function lay(): Promise<void> {
    if (!track.value || !screen.board.value) return;
    motion?.cancel();
    motion = track.value.animate([{ translate: '0px' }, { translate: `${-RUN}px` }], {
      duration: (RUN / (SPEED * unit())) * 1_000,
    });
    motion.pause();
    nodes.fill(undefined);
    end = 0;
    const recent = screen.board.value.recent.slice(0, NODES - 2).reverse();
    for (const order of recent) await place({ order, more: 0 }, end);
    if (end > width()) motion.currentTime = ((end - width()) / (SPEED * unit())) * 1_000;
  }

  /** Lets the strip run while there is something to come into view, and gives it the next order. */
  async function look(): Promise<void> {
    if (!motion) return;
    if (document.hidden || !screen.isCurrent) {
      motion.pause();
      return;
    }
    if (moved() > RUN / 2) rebase();
    const right = moved() + width();
    if (end <= right + SPEED * unit()) {
      const passing = queue.next();
      if (passing) await place(passing, Math.max(end, right));
    }
    if (end > moved() + width()) motion.play();
    else motion.pause();
  }

  /** Counts the track from what is visible now, so that a run never ends. */
  function rebase(): void {
    if (!motion) return;
    const by = moved();
    motion.currentTime = 0;
    end -= by;
    nodes.forEach((node, at) => {
      if (node) nodes[at] = { ...node, left: node.left - by };
    });
  }

  const stops = [
    screen.orders.on((orders) => {
      queue.add(orders);
    }),
    watch(
      () => screen.board.value !== undefined,
      () => void lay(),
    ),
  ];
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, LOOK_EVERY);
  useSize(track, () => void lay());
  onMounted(() => void lay());
  onScopeDispose(() => {
    clearInterval(timer);
    motion?.cancel();
    for (const stop of stops) stop();
  });
  return nodes;
}

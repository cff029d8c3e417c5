/**
 * The screen's state, wired once: the line below, the components above. Frames are shallow: what
 * came from the server is shown, never deeply watched.
 */
import { inject, shallowRef, type InjectionKey, type ShallowRef } from 'vue';
import { unnamedIn, type Board } from './fleet/board.js';
import { Cars } from './fleet/cars.js';
import { Link, RefusedError } from './line/link.js';
import type { Car, Order, Period } from './line/protocol.js';
import { isCurrent, nextState, silenceEvent, type LineEvent, type LineState } from './line/state.js';
import { Sync } from './line/sync.js';
import { keep } from './stage/keep.js';
import { Signal } from './stage/signal.js';
import type { Language } from './words/language.js';
import { wordsOf, type Words } from './words/words.js';

/** After this silence the line is asked whether it is still there. */
const PROBE = 10_000;
/** The snapshot is kept for the next cold start this often, in seconds. */
const KEEP_EVERY = 60;
/** A server that still tells the old day after midnight is asked again after this. */
const NEW_DAY_EVERY = 5_000;
/** English names of products that came into the list are asked for this seldom. */
const NAMES_EVERY = 2_000;

export class Screen {
  readonly words: Words;
  readonly board: ShallowRef<Board | undefined> = shallowRef();
  readonly state: ShallowRef<LineState> = shallowRef('starting');
  /** The server's time, once a second. */
  readonly now: ShallowRef<number> = shallowRef(Date.now());
  readonly cars = new Cars();
  /** Cars that moved or changed. */
  readonly moved = new Signal<readonly Car[]>();
  /** Orders never shown before, newest first. */
  readonly orders = new Signal<readonly Order[]>();
  /** A snapshot took the place of everything. */
  readonly renewed = new Signal<Board>();

  private readonly link: Link;
  private readonly sync: Sync;
  /** When the figures were last known to be current, on the page's own monotonic clock. */
  private heardAt = performance.now();
  private probedAt = 0;
  private renewedAt = 0;
  private offset = 0;
  private seconds = 0;
  /** Products whose English names were asked for; what has none by then has none. */
  private readonly asked = new Set<string>();

  constructor(
    readonly language: Language,
    key: string | undefined,
    kept: Board | undefined,
  ) {
    this.words = wordsOf(language);
    if (kept) this.showKept(kept);
    this.sync = new Sync(
      (name, input) => this.link.ask(name, input),
      {
        board: (board, orders) => {
          this.board.value = board;
          if (orders.length > 0) this.orders.emit(orders);
        },
        synced: (snapshot) => {
          this.offset = snapshot.at - Date.now();
          this.cars.replace(snapshot.cars);
          this.transit('synced');
          this.renewed.emit(snapshot);
        },
        failed: (error) => {
          if (error instanceof RefusedError && error.isForbidden) this.transit('refused');
        },
      },
      kept,
    );
    this.link = new Link(key, {
      connected: () => void this.renew(),
      lost: () => {
        this.sync.abandon();
        this.transit('lost');
      },
      refused: () => {
        this.transit('refused');
      },
      push: (push) => {
        this.sync.push(push);
      },
      cars: (cars) => {
        this.moved.emit(this.cars.move(cars));
      },
      heard: () => {
        if (this.sync.isSynced) this.transit('synced');
      },
    });
    setInterval(() => {
      this.tick();
    }, 1_000);
  }

  get period(): Period {
    return this.sync.period;
  }

  /** Whether the figures stand for the present. */
  get isCurrent(): boolean {
    return isCurrent(this.state.value);
  }

  /** Whole seconds since the line was last heard. */
  get silentSeconds(): number {
    return Math.floor((performance.now() - this.heardAt) / 1_000);
  }

  /** Server time at which the figures were last current. */
  get since(): number {
    return this.now.value - this.silentSeconds * 1_000;
  }

  /** A new snapshot, of another period if one is named. */
  renew(period?: Period): Promise<void> {
    this.renewedAt = performance.now();
    return this.sync.take(period);
  }

  private showKept(kept: Board): void {
    this.board.value = kept;
    this.cars.replace(kept.cars);
    this.state.value = 'stale';
    this.heardAt -= Math.max(0, Date.now() - kept.at);
  }

  private transit(event: LineEvent): void {
    if (event === 'synced') this.heardAt = performance.now();
    this.state.value = nextState(this.state.value, event);
  }

  private tick(): void {
    this.now.value = Date.now() + this.offset;
    this.seconds++;
    this.watchSilence();
    this.watchMidnight();
    this.watchNames();
    const board = this.board.value;
    if (board && this.seconds % KEEP_EVERY === 0) {
      this.cars.sweep(this.now.value);
      void keep('snapshot', { ...board, at: this.since, cars: [...this.cars.values()] });
    }
  }

  private watchSilence(): void {
    const silent = performance.now() - this.heardAt;
    const event = silenceEvent(silent);
    if (event) {
      // Hung up once, on the way from live: after that the back-off owns the line.
      if (this.state.value === 'live') this.link.hangUp();
      this.transit(event);
    } else if (silent > PROBE && performance.now() - this.probedAt > PROBE) {
      this.probedAt = performance.now();
      this.sync.probe().catch(() => undefined); // No answer is silence, and silence is watched.
    }
  }

  private watchMidnight(): void {
    const board = this.board.value;
    if (!board || this.state.value !== 'live' || this.now.value < board.dayEndsAt) return;
    if (performance.now() - this.renewedAt > NEW_DAY_EVERY) void this.renew();
  }

  /** A product that came into the list by a push has no English name yet. */
  private watchNames(): void {
    const board = this.board.value;
    if (this.language !== 'en' || !board || this.state.value !== 'live') return;
    const unnamed = unnamedIn(board).filter((id) => !this.asked.has(id));
    if (unnamed.length === 0 || performance.now() - this.renewedAt < NAMES_EVERY) return;
    for (const id of unnamed) this.asked.add(id);
    void this.renew();
  }
}

export const SCREEN: InjectionKey<Screen> = Symbol('screen');

export function useScreen(): Screen {
  const screen = inject(SCREEN);
  if (!screen) throw new Error('no screen is provided');
  return screen;
}

/**
 * Snapshot, then deltas. Takes a snapshot, follows its streams from where it stood, and applies what
 * was pushed since, in that order whatever overtakes what. Anything missed is healed by a new snapshot.
 *
 * Boundary: asks over the line it is given; draws nothing.
 * Invariants: F1 to F4 of fleet/board.ts, also while a snapshot is on its way: what is pushed
 * meanwhile waits for it.
 */
import { applyPush, headOf, streamsOf, unseen, type Board } from '../fleet/board.js';
import type { Followed, Order, Period, Push, Snapshot } from './protocol.js';

export interface SyncListener {
  /** New figures; `orders` are those not seen before, newest first. */
  board(board: Board, orders: readonly Order[]): void;
  /** The figures are a fresh snapshot, complete up to now. */
  synced(snapshot: Snapshot): void;
  failed(error: unknown): void;
}

export type Ask = <T>(name: string, input: object) => Promise<T>;

/** First and longest pause before another attempt. */
const [SHORT, LONG] = [1_000, 30_000];
/** Pushes that may wait for a snapshot; more than that, and one taken later is cheaper. */
const WAITING = 1_000;

export class Sync {
  period: Period = 'day';
  private board: Board | undefined;
  /** Pushes that came while a snapshot was on its way; undefined when none is. */
  private waiting: Push[] | undefined;
  /** On the line as it is now. */
  private readonly followed = new Set<string>();
  private attempt = 0;
  private failures = 0;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: Ask,
    private readonly listener: SyncListener,
    /** What an earlier run of the page had kept, so that its orders are not told as new. */
    kept: Board | undefined,
  ) {
    this.board = kept;
  }

  get isSynced(): boolean {
    return this.waiting === undefined && this.board !== undefined;
  }

  /** Takes a snapshot; one that is on its way is abandoned. */
  async take(period = this.period): Promise<void> {
    this.period = period;
    const attempt = ++this.attempt;
    clearTimeout(this.again);
    this.waiting = [];
    let snapshot: Snapshot;
    let board: Board;
    try {
      snapshot = await this.ask<Snapshot>('fleet.snapshot', { period });
      if (attempt !== this.attempt) return;
      const missed = await this.follow(snapshot);
      if (attempt !== this.attempt) return;
      board = caughtUp(snapshot, [...missed, ...this.waiting]);
    } catch (error) {
      if (attempt !== this.attempt) return;
      this.listener.failed(error);
      this.again = setTimeout(() => void this.take(), this.pause());
      return;
    }
    this.waiting = undefined;
    this.failures = 0;
    this.leave(snapshot);
    this.show(board, this.board ? unseen(this.board.recent, board.recent) : []);
    this.listener.synced(snapshot);
  }

  /** Forgets a snapshot on its way: the line it was asked over is gone. */
  abandon(): void {
    this.attempt++;
    clearTimeout(this.again);
    this.waiting = [];
    this.followed.clear();
  }

  push(push: Push): void {
    if (this.waiting) {
      if (this.waiting.length < WAITING) this.waiting.push(push);
      return; // Past the bound a gap shows when the snapshot is caught up, and another is taken.
    }
    if (!this.board) return;
    const step = applyPush(this.board, push);
    if (step.kind === 'applied') this.show(step.board, step.orders);
    if (step.kind === 'gap') void this.take();
  }

  /** Asks a line that fell silent whether it is still there; heals what it lost. */
  async probe(): Promise<void> {
    const { board } = this;
    if (!board || this.waiting) return;
    const { stream } = board.census;
    const { missed, lagged } = await this.ask<Followed>('stream.follow', { stream, after: headOf(board, stream) });
    if (lagged) void this.take();
    for (const push of missed) this.push(push);
  }

  private show(board: Board, orders: readonly Order[]): void {
    this.board = board;
    this.listener.board(board, orders);
  }

  private async follow(snapshot: Snapshot): Promise<Push[]> {
    const followed = await Promise.all(
      [...streamsOf(snapshot)].map(([stream, after]) => {
        this.followed.add(stream);
        return this.ask<Followed>('stream.follow', { stream, after });
      }),
    );
    if (followed.some(({ lagged }) => lagged)) throw new Error('lagged behind the snapshot');
    return followed.flatMap(({ missed }) => missed);
  }

  /** Streams of a day or period that is shown no more: a socket may follow only so many. */
  private leave(snapshot: Snapshot): void {
    const now = streamsOf(snapshot);
    for (const stream of this.followed) {
      if (now.has(stream)) continue;
      this.followed.delete(stream);
      this.ask('stream.leave', { stream }).catch(() => undefined); // Its pushes are ignored anyway (F4).
    }
  }

  private pause(): number {
    return Math.min(LONG, SHORT * 2 ** this.failures++) * (0.5 + Math.random() / 2);
  }
}

function caughtUp(snapshot: Snapshot, pushes: readonly Push[]): Board {
  let board: Board = snapshot;
  for (const push of pushes) {
    const step = applyPush(board, push);
    if (step.kind === 'gap') throw new Error(`a push is missing on ${push.stream}`);
    if (step.kind === 'applied') board = step.board;
  }
  return board;
}

import t from 'tap';
import type { Board } from '../../web/src/fleet/board.js';
import type { Followed, Order, Push, Snapshot } from '../../web/src/line/protocol.js';
import { Sync } from '../../web/src/line/sync.js';
import { Ranking } from './support/books.js';

/** A server of one ranking, whose answers a test may hold back. */
class Served {
  readonly ranking = new Ranking('day', '2026-11-21', 'CNY');
  readonly asked: string[] = [];
  hold: Promise<void> | undefined;
  lagged = false;

  readonly ask = async <T>(name: string, input: object): Promise<T> => {
    this.asked.push(name);
    const answer =
      name === 'fleet.snapshot' ? this.snapshot() : this.follow(input as { stream: string; after: number });
    await this.hold;
    return answer as T;
  };

  sell(amount: number): Push {
    const n = this.ranking.stream.pushes.length;
    const order: Order = { id: `s_${n}`, at: n, kind: 'sale', where: 'car', what: 'water', amount };
    return this.ranking.take(order, [], 1);
  }

  private snapshot(): Snapshot {
    const { stream, totals } = this.ranking;
    const head = { stream: stream.name, head: stream.head, totals };
    return {
      at: 0,
      zone: 'Asia/Shanghai',
      currency: 'CNY',
      city: { name: '', nameEn: '', lon: 0, lat: 0 },
      day: '2026-11-21',
      dayEndsAt: 1,
      today: head,
      shown: { ...head, period: 'day', top: this.ranking.top() },
      curve: [],
      census: { stream: 'census', head: 0, total: 0, online: 0 },
      stations: [],
      cars: [],
      recent: [],
    };
  }

  private follow({ stream, after }: { stream: string; after: number }): Followed {
    const { lagged } = this;
    this.lagged = false;
    if (stream !== this.ranking.stream.name) return { head: 0, missed: [], lagged };
    return { head: this.ranking.stream.head, missed: this.ranking.stream.pushes.filter((p) => p.seq > after), lagged };
  }
}

function synced(served: Served) {
  const seen = { board: undefined as Board | undefined, snapshots: 0, failures: 0 };
  const sync = new Sync(
    served.ask,
    {
      board: (board) => (seen.board = board),
      synced: () => seen.snapshots++,
      failed: () => seen.failures++,
    },
    undefined,
  );
  return { sync, seen, amount: () => seen.board?.today.totals.devices.amount };
}

t.test('what is pushed while a snapshot is on its way is applied after it, once', async (t) => {
  const served = new Served();
  served.sell(100);
  let release = () => {};
  served.hold = new Promise((resolve) => (release = resolve));
  const { sync, seen, amount } = synced(served);
  const taking = sync.take();
  const during = served.sell(50);
  sync.push(during);
  t.equal(seen.board, undefined);
  release();
  await taking;
  t.equal(amount(), 150);
  sync.push(during);
  t.equal(amount(), 150, 'and not again');
});

t.test('a gap takes a new snapshot, after which nothing is missing and nothing doubled', async (t) => {
  const served = new Served();
  const { sync, seen, amount } = synced(served);
  await sync.take();
  served.sell(10);
  const late = served.sell(20);
  sync.push(late);
  await waitFor(() => seen.snapshots === 2);
  t.equal(amount(), 30);
  sync.push(late);
  t.equal(amount(), 30);
});

t.test('a follower that lagged too far takes another snapshot', async (t) => {
  const served = new Served();
  served.lagged = true;
  const { sync, seen } = synced(served);
  await sync.take();
  t.equal(seen.failures, 1);
  t.notOk(sync.isSynced);
  await waitFor(() => seen.snapshots === 1);
  t.ok(sync.isSynced);
});

t.test('a snapshot that an abandoned line answers late is not shown', async (t) => {
  const served = new Served();
  let release = () => {};
  served.hold = new Promise((resolve) => (release = resolve));
  const { sync, seen } = synced(served);
  const taking = sync.take();
  sync.abandon();
  release();
  await taking;
  t.equal(seen.board, undefined);
  t.equal(seen.failures, 0);
});

t.test('a quiet line that is asked tells what it had lost', async (t) => {
  const served = new Served();
  const { sync } = synced(served);
  await sync.take();
  await sync.probe();
  t.equal(served.asked.at(-1), 'stream.follow');
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/**
 * The engine of one node: puts the rooms together. Two systems run side by side in one process;
 * nothing is global.
 *
 *   envelope → residents → activation → turn → flush → (stored) → answer, pushes, post, projector
 */
import type { ActorId, CollectionDeclaration, Entry } from '../../store/ports.js';
import type { Activation } from './activation.js';
import { findCommitted, type Committed } from './committed.js';
import { DeadLetters, deadLettersCollection } from './dead-letters.js';
import type { Engine, Push } from './engine.js';
import { Flush } from './flush.js';
import { Handled } from './handled.js';
import { kindOf } from './ids.js';
import { Keeper } from './keeper.js';
import { LocalNode } from './local-node.js';
import { complete, type SystemOptions } from './options.js';
import { Post } from './post.js';
import type { Problem } from './problems.js';
import { Projector } from './projector.js';
import { Residents } from './residents.js';
import { pushesOfStored } from './streams.js';
import type { Turn } from './turn.js';
import { Wakes } from './wakes.js';

/** The engine's own views. */
export const engineCollections: readonly CollectionDeclaration[] = [deadLettersCollection];

/** Numbers of the moment. */
export interface Gauges {
  /** Actors in memory. */
  readonly active: number;
  /** Actors whose past waits to be read. */
  readonly loading: number;
  /** Envelopes that wait, and turns that are not stored. */
  readonly waiting: number;
  /** Turns that are not stored. */
  readonly undurable: number;
  /** Rows that are not in the views. */
  readonly rows: number;
  /** Actors that are parked. */
  readonly parked: number;
}

/** An engine, and what its operator looks at. */
export interface System extends Engine {
  gauges(): Gauges;
  /**
   * How far the clock was behind the time of an actor that it was asked for, at most, ms; since it was asked before
   * (ENGINE 13).
   */
  behind(): number;
  /** Actors that are parked here: who asks for them is refused until an operator has looked (ENGINE 21). */
  parked(): number;
  /** Resolves when all rows of stored entries are in the views. */
  projected(): Promise<void>;
  /** Lets go of actors that other nodes serve from now on; resolves when what they had decided is stored. */
  release(which: (actor: ActorId) => boolean): Promise<void>;
  /**
   * Lets go of actors at once, whatever of them is not stored: nobody hears of it, and who asks again may (ENGINE 6).
   */
  abandon(which: (actor: ActorId) => boolean): void;
}

/** Begins to serve: what is due is looked up at once. */
export function createSystem(given: SystemOptions): System {
  const options = complete(given);
  const { store, clock, chance, limits, meters } = options;
  const listeners = new Set<(push: Committed<Push>) => void>();
  const parked = new Set<ActorId>();
  let behind = 0;

  const report = (problem: Problem): void => {
    meters.problem(problem.what);
    options.report(problem);
  };
  const slow = (error: unknown): void => {
    report({ what: 'store_slow', error, text: 'the store refused a lazy write or a look-up; it is tried again' });
  };

  const flush = new Flush(store.journal, clock, limits, {
    decideInPlace: options.decideInPlace,
    flushed: (entries, ms) => {
      meters.flushed(entries, ms);
    },
    report,
    failed: (error) => {
      node.close();
      options.failed(error);
    },
  });
  const { placement } = options;
  const residents = new Residents(store, options.definitions, limits, clock, chance.id(), placement, meters, {
    strict: options.strict,
    chance,
    mailboxLimit: limits.mailbox,
    now: () => clock.now(),
    ahead: (ms) => {
      behind = Math.max(behind, ms);
    },
    enqueue: (activation) => {
      flush.add(activation);
    },
    stored,
    drained: (activation) => {
      keeper.snapshotIfDue(activation);
    },
    findStored: (actor, seq) => findCommitted(store.journal, actor, seq),
    report: (problem) => {
      if (problem.what === 'parked' && problem.actor) parked.add(problem.actor);
      report(problem);
    },
    begun: (activation, rows) => {
      projector.add(rows, activation);
      keeper.touch(activation);
      post.begin(activation);
      keeper.loosened(activation);
    },
    left: (activation) => {
      parked.delete(activation.id);
      keeper.forget(activation);
      post.forget(activation);
    },
  });
  const node = new LocalNode(
    residents,
    store.journal,
    new Handled(store.journal, clock),
    limits,
    () => projector.waiting,
    (activation, id) => {
      post.retry(activation, id);
    },
  );
  const nodes = options.transport(node);
  const projector = new Projector(
    store.views,
    clock,
    (activation) => {
      keeper.loosened(activation);
    },
    slow,
  );
  const keeper = new Keeper(
    store,
    clock,
    limits,
    projector,
    (activation) => {
      residents.forget(activation);
    },
    slow,
  );
  const letters = new DeadLetters(store.views, projector, clock, nodes);
  const post = new Post(nodes, options.effects, clock, {
    deadLetter: (letter) => {
      letters.add(letter);
    },
    report,
  });
  const wakes = new Wakes(store, placement, clock, limits.wakeMs, (marker) => residents.wake(marker), slow);

  /** R2: what an entry promised leaves now that it is stored. */
  function stored(activation: Activation, turn: Turn, entry: Committed<Entry>): void {
    const { reply, actor } = entry.value;
    meters.turn(kindOf(actor), reply.ok ? undefined : reply.error.code);
    for (const push of pushesOfStored(entry, turn.pushes)) for (const listener of listeners) listener(push);
    projector.add(turn.rows, activation);
    post.stored(activation, entry);
    keeper.touch(activation);
    keeper.loosened(activation);
    keeper.snapshotIfDue(activation);
  }

  wakes.start();
  return {
    ask: (ask) => nodes.ask(ask),
    read: (...question) => nodes.read(...question),
    missed: (stream, after) => nodes.missed(stream, after),
    onPush(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    deadLetters: () => letters.list(),
    retryDeadLetter: (id) => letters.retry(id),
    gauges() {
      let waiting = 0;
      let undurable = 0;
      for (const activation of residents) {
        waiting += activation.load;
        undurable += activation.undurable;
      }
      return {
        active: residents.count,
        loading: residents.waiting,
        waiting,
        undurable,
        rows: projector.waiting,
        parked: parked.size,
      };
    },
    behind() {
      const most = behind;
      behind = 0;
      return most;
    },
    parked: () => parked.size,
    async projected() {
      await projector.flush();
    },
    release: (which) => residents.release(which),
    abandon: (which) => {
      residents.abandon(which);
    },
    async stop() {
      node.close();
      await wakes.stop();
      await residents.close();
      await flush.drained();
      post.stop();
      await projector.flush();
      await keeper.stop();
    },
  };
}

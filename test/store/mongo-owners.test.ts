/**
 * Nodes that believe they own every actor, each with a line to the server that loses inserts and answers. What the
 * engine and the store promise together must hold: R3, R4, R5. `SEED` repeats the draws.
 */
import { setTimeout as pause } from 'node:timers/promises';

import t, { type Test } from 'tap';

import type { Problem } from '../../src/actors/runtime/problems.js';
import { createSystem, engineCollections } from '../../src/actors/runtime/system.js';
import { openMongo } from '../../src/store/mongo/index.js';
import type { ActorId, Entry, Json } from '../../src/store/ports.js';
import { whole } from '../support/journal.js';
import { heard, tally } from '../support/lab.js';
import { Proxy, type Command } from '../support/mongo/proxy.js';
import { mongoServer, NO_SERVER } from '../support/mongo/server.js';
import { until } from '../support/until.js';
import { seeded } from './support/clock.js';

const collections = [...engineCollections, { name: 'tallies', indexes: [{ name: 'sum', fields: ['sum'] }] }];
const ACTORS = ['tally:a', 'tally:b', 'tally:c'] as const;
const COMMANDS = 60;

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const random = seeded(seed);
const one = <T>(of: readonly [T, ...T[]]): T => of[Math.floor(random() * of.length)] ?? of[0];

const server = await mongoServer(t);
if (!server?.process) {
  t.pass('MongoDB', { skip: server ? 'MONGO_URL names a server that no proxy stands before' : NO_SERVER });
} else {
  const { port } = server.process;

  /** A node on the database, with a line of its own. */
  const begin = async (t: Test, url: string) => {
    const proxy = await Proxy.before(t, port);
    const store = await openMongo(proxy.through(url), { collections });
    const problems: Problem[] = [];
    const system = createSystem({
      store,
      definitions: [tally],
      report: (problem) => problems.push(problem),
      failed: (error) => {
        throw error;
      },
    });
    t.teardown(async () => {
      await system.stop();
      await store.close();
    });
    return { store, system, proxy, problems };
  };

  t.test('a line that breaks while an actor is read parks nobody: who asks again is served', async (t) => {
    const url = server.database();
    const ask = { to: 'tally:a', type: 'add', input: { by: 1 }, caller: 'driver:dr_1' } as const;
    const first = await begin(t, url);
    t.match(heard(await first.system.ask({ ...ask, id: 'one' })), { ok: true, value: { sum: 1 } });
    for (const [collection, fate] of [
      ['journal', 'lose'],
      ['journal', 'mute'],
      ['snapshots', 'lose'],
    ] as const) {
      const { system, proxy, problems } = await begin(t, url);
      const broken = proxy.next((command) => command['find'] === collection && fits(command), fate);
      t.match(heard(await system.ask({ ...ask, id: 'two' })), { ok: false, code: 'unavailable' });
      await broken;
      t.match(problems, [{ what: 'store_slow', actor: 'tally:a' }]);
      t.match(heard(await system.ask({ ...ask, id: 'two' })), { ok: true, value: { sum: 2 } });
    }
  });

  t.test('two owners over lines that lose things: every command once, every message once, no gap', async (t) => {
    t.comment(`SEED=${seed}`);
    const url = server.database();
    const nodes = [await begin(t, url), await begin(t, url)] as const;
    for (const { proxy } of nodes) lossy(proxy);

    const added: Record<string, number> = { 'tally:a': 0, 'tally:b': 0, 'tally:c': 0 };
    const answers = await Promise.all(
      Array.from({ length: COMMANDS }, async (_, i) => {
        const [to, other, by] = [one(ACTORS), one(ACTORS), 1 + Math.floor(random() * 9)];
        const sends = random() < 0.4;
        added[sends ? other : to]! += by;
        const messages = [{ to: other, type: 'add', input: { by } }];
        const [type, input]: [string, Json] = sends ? ['send', { messages }] : ['add', { by }];
        return insist(to, type, input, `c${i}`);
      }),
    );
    t.equal(answers.filter((ok) => ok).length, COMMANDS);
    const sums = async () => (await Promise.all(ACTORS.map((actor) => all(actor)))).map(sumOf);
    await until('every message has arrived', async () => {
      const now = await sums().catch(() => []);
      return ACTORS.every((actor, i) => now[i] === added[actor]);
    });
    for (const actor of ACTORS) {
      const entries = await all(actor);
      t.same(
        entries.map(({ seq }) => seq),
        entries.map((_, i) => i + 1),
        'no gap',
      );
      t.equal(new Set(entries.map(({ commandId }) => commandId)).size, entries.length, 'no command twice');
    }

    /** Asks one node or the other, with the same id, until one has an answer that is stored. */
    async function insist(to: ActorId, type: string, input: Json, id: string): Promise<boolean> {
      await pause(random() * 2_000);
      for (;;) {
        const ask = { to, type, input, caller: 'driver:dr_1', id };
        // Now and then both are asked at the same time.
        const asked = random() < 0.3 ? nodes : [one(nodes)];
        const heard = await Promise.all(asked.map(({ system }) => system.ask(ask)));
        const stored = heard.find((answer) => !('unstored' in answer));
        if (stored && !('unstored' in stored)) return stored.value.outcome.ok;
        await pause(50);
      }
    }

    /** All entries of an actor, read past the proxies' losses. */
    async function all(actor: ActorId): Promise<readonly Entry[]> {
      return (await nodes[0].store.journal.read(actor, 0, 10_000)).map(whole);
    }
  });
}

/** It reads one actor; the look-up of due promises is another question. */
function fits({ filter }: Command): boolean {
  return (filter as { readonly actor?: unknown }).actor === 'tally:a';
}

/** From now on the line loses some inserts before they arrive, and some of their answers. */
function lossy(proxy: Proxy): void {
  const inserts = (command: Command) => command['insert'] === 'journal';
  const lose = (fate: 'lose' | 'mute') => {
    void proxy
      .next((command) => inserts(command) && random() < 0.15, fate)
      .then(() => {
        lose(fate);
      });
  };
  lose('lose');
  lose('mute');
}

function sumOf(entries: readonly Entry[]): number {
  const events = entries.flatMap((entry) => entry.events);
  return events.reduce((sum, { type, data }) => (type === 'added' ? sum + (data as { by: number }).by : sum), 0);
}

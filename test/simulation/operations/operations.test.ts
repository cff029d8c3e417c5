/**
 * Random operations over all commands, in a town where anything may go wrong: whatever is asked, by whomever, in
 * whatever order, the books balance and all comes to rest. SEED draws others, RUNS more; a list that fails is told as
 * short as it gets.
 */
import t from 'tap';

import type { Declaration } from '../../../src/gateway/contract/declare.js';
import { contract } from '../../../src/gateway/contract/index.js';
import { businessGuards } from '../business.js';
import { everyRequest, requests } from './operation.js';
import { play } from './play.js';
import { search } from './search.js';
import { internal } from './town.js';

const seed = Number(process.env['SEED'] ?? 1);
const runs = Number(process.env['RUNS'] ?? 12);

/** Requests of the contract that no actor decides: what is volatile, and what an operator does to the node. */
const ELSEWHERE = ['position.ping', 'deadLetter.retry', 'view.rebuild', 'ranking.rebuild'];

t.test('every command of the contract that reaches an actor is an operation, and reaches it', async (t) => {
  const commands = Object.entries<Declaration>(contract).filter(([, { kind }]) => kind === 'command');
  const operations = requests.map(([name]) => name);
  t.same(
    commands.map(([name]) => name).filter((name) => !operations.includes(name)),
    ELSEWHERE,
  );
  const { violations, taken, refused } = await play(everyRequest(seed, 4), { seed, nodes: 1 });
  t.same(violations, []);
  const missed = requests.filter(([, { target = '' }]) => {
    const command = target.replace(' ', '.');
    return !taken.has(command) && !refused.has(command);
  });
  t.same(
    missed.map(([name]) => name),
    [],
    'each reaches its actor',
  );
  t.ok(internal.includes('wallet.credit') && !internal.includes('device.placeSale'), 'the others may be forged');
});

t.test(`after any operations the books balance and all comes to rest (SEED=${seed})`, async (t) => {
  const found = await search({ seed, nodes: 1, runs });
  t.notOk(found, found?.text ?? 'nothing is found');
});

t.test(
  `the same where three nodes share the town, and Redis and the way between them fail (SEED=${seed})`,
  async (t) => {
    const found = await search({ seed, nodes: 3, runs: Math.ceil(runs / 4) });
    t.notOk(found, found?.text ?? 'nothing is found');
  },
);

t.test('the same operations give the same trace', async (t) => {
  const operations = everyRequest(seed, 1);
  const [stage, other] = [
    { seed, nodes: 3 },
    { seed: seed + 1, nodes: 3 },
  ];
  const [once, again] = [await play(operations, stage), await play(operations, stage)];
  t.equal(once.hash, again.hash);
  t.not((await play(operations, other)).hash, once.hash);
});

t.test('a rule that is broken shows in a few operations that can be read', async (t) => {
  const guard = businessGuards.find(({ rule }) => rule.startsWith('a sale that ends unpaid'));
  if (!guard) throw new Error('there is no such rule');
  const found = await search({ seed: 1, nodes: 1, runs: 200, most: 12, guard });
  t.match(found?.text, /npm run simulate -- --operations 1 --from 1 --path/);
  t.ok(found && found.operations.length <= 3, found?.text ?? 'nothing is found');
  t.match(JSON.stringify(found?.operations), /sale\.place/);
});

/** The kill test on three nodes over a MongoDB protocol and Redis, in the short form that its page names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import t from 'tap';

import { noMongo } from '../support/mongo/server.js';
import { root } from '../support/pages.js';
import { noOwnRedis } from '../support/redis.js';
import { readArguments } from './arguments.js';
import { nodesHeading, nodesLine, nodesSummary } from './nodes-table.js';
import { tortureNodes } from './nodes.js';

const page = readFileSync(join(root, 'docs/torture.md'), 'utf8');
const [, short = ''] = /^npm run torture -- (--nodes .*--json)/m.exec(page) ?? [];
const seed = process.env['SEED'];
const skip = noOwnRedis === false ? noMongo() : noOwnRedis;

t.test(
  'R2, R3, R4, R5: nodes killed, stopped, paused, and without Redis keep all that they acknowledged, once',
  { skip, timeout: 280_000 },
  async (t) => {
    const args = [...short.split(' '), ...(seed === undefined ? [] : ['--seed', seed])];
    const report = await tortureNodes(readArguments(args));
    t.comment(nodesSummary(report));
    t.same(report.violations, [], `seed ${report.seed}`);
    const { entries = 0, open, differences } = report.rests[0] ?? {};
    t.ok(report.acknowledged > 0 && entries > report.acknowledged);
    t.same(open, [], 'every promise is kept');
    t.equal(differences, 0, 'the books balance');
    const { local, across } = report.redisGone ?? {};
    t.ok(local && local.done > 0, 'without Redis a node serves its own actors');
    t.ok(across && across.refused > 0, 'and refuses those of others, to be asked again');
  },
);

t.test('the page explains each column of the table', async (t) => {
  const columns = nodesHeading({ nodes: 3, rounds: 1, seed: 1 }).split('\n').at(-1)?.split('  ') ?? [];
  for (const column of columns.filter((name) => name.endsWith('ms'))) t.match(page, `| \`${column}\``);
  const row = { round: 1, inFlight: 2, failoverMs: 3, handOverMs: 4, usualMs: 5, returnMs: 6, pausedMs: 7 };
  t.same(nodesLine(row).trim().split(/ +/), ['1', '2', '3', '4', '5', '6', '7']);
});

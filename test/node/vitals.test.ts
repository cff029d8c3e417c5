import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import t, { type Test } from 'tap';

import { complaints } from '../../src/node/complaints.js';
import { Vitals } from '../../src/node/vitals.js';
import { root } from '../support/pages.js';

/** Vitals whose ports are in the test's hand; `pass` lets time go by, and looks. */
function patient(t: Test) {
  const now = { steady: 1_000, clock: 5_000_000, worked: 0, behind: 0 };
  const standing = new Map<string, string>();
  const logged: string[] = [];
  const vitals = new Vitals({
    ...{ steady: () => now.steady, clock: () => now.clock, worked: () => now.worked, behind: () => now.behind },
    standing: () => standing,
    log: { warn: (line: string) => logged.push(line) },
  });
  t.teardown(() => {
    vitals.close();
  });
  const pass = (ms: number, more: { worked?: number; set?: number } = {}): void => {
    now.steady += ms;
    now.clock += ms + (more.set ?? 0);
    now.worked += more.worked ?? 0;
    vitals.look();
  };
  return { vitals, now, standing, logged, pass };
}

t.test('a node that is well complains of nothing', async (t) => {
  const { vitals, logged, pass } = patient(t);
  for (let i = 0; i < 10; i++) pass(250, { worked: 250 });
  pass(1_200, { worked: 1_200, set: -900 });
  t.same([vitals.complaints, logged], [[], []], 'nor of what is short');
});

t.test(
  'who stood still says for how long and whose doing it was, once in the log, and a minute at /health',
  async (t) => {
    const { vitals, logged, pass } = patient(t);
    pass(3_450, { worked: 3_100 });
    const own = 'the node stood still for 3.2 s, by work of its own';
    t.same(vitals.complaints, [own]);
    pass(5_250, { worked: 120 });
    const others = 'the node stood still for 5.0 s, by others: it had 0.1 s of processor time';
    t.same(vitals.complaints, [others]);
    for (let i = 0; i < 239; i++) pass(250);
    t.same(vitals.complaints, [others]);
    pass(250);
    t.same([vitals.complaints, logged], [[], [own, others]]);
  },
);

t.test('a clock that is set, back or forward, is told', async (t) => {
  const { vitals, pass } = patient(t);
  pass(250, { set: -3_600_000 });
  t.same(vitals.complaints, ['the clock of this machine was set back by 3600.0 s']);
  pass(250, { set: 3_600_000 });
  t.same(vitals.complaints, ['the clock of this machine was set forward by 3600.0 s']);
});

t.test('a clock that is behind what is stored is told once, for as long as it is', async (t) => {
  const { vitals, logged, now, pass } = patient(t);
  now.behind = 4_900;
  pass(250);
  t.same(vitals.complaints, [], 'nodes differ a little');
  now.behind = 9_000;
  pass(250);
  now.behind = 8_750;
  pass(250);
  t.same(logged, ['the clock of this machine is behind: entries are up to 9.0 s ahead of it']);
  t.same(vitals.complaints, ['the clock of this machine is behind: entries are up to 8.8 s ahead of it']);
});

t.test('what stands is told once, and stays until a minute after', async (t) => {
  const { vitals, standing, logged, pass } = patient(t);
  standing.set('memory', 'memory is short');
  for (let i = 0; i < 300; i++) pass(250);
  t.same([vitals.complaints, logged], [['memory is short'], ['memory is short']]);
  standing.clear();
  pass(500);
  t.same(vitals.complaints, ['memory is short']);
  for (let i = 0; i < 300; i++) pass(250);
  t.same(vitals.complaints, []);
});

t.test('the page on running it tells what each complaint says and what to do, and of no other', async (t) => {
  const page = readFileSync(join(root, 'docs/deploy.md'), 'utf8').replace(/ +/g, ' ');
  const [, section = ''] = /### What `\/health` complains of\n([^#]*)/.exec(page) ?? [];
  const rows = [...section.matchAll(/^\| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(([, line]) => line).slice(2);
  t.same(
    rows,
    Object.values(complaints).map((say) => say('…', '…')),
  );
});

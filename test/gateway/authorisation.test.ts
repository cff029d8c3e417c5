/**
 * Who may do what to whose: every request of the contract, asked by every role, about an own object, somebody else's
 * and one that is not there.
 */
import t from 'tap';

import type { ActorId, Json } from '../../src/store/ports.js';
import { contract } from '../../src/gateway/contract/index.js';
import type { Declaration } from '../../src/gateway/contract/declare.js';
import { streams } from '../../src/gateway/contract/streams/index.js';
import { Refused, type Line } from '../../src/jobs/traffic/line.js';
import type { System } from '../../src/actors/runtime/system.js';
import { operator, startNode } from '../jobs/node.js';
import { buildTown, NOBODYS, type Asking, type Party, type Town } from '../support/town.js';
import { BACKUP_KEY, followed, rules } from './who-may.js';

/** Said to who may not; what else is answered is a matter of the business. */
const BARRED = ['not_logged_in', 'not_allowed', 'not_yours'];
/** These end what the others are about: last, in this order. */
const LAST = ['device.release', 'device.transfer', 'device.renewKey', 'device.retire', 'auth.logOut'];

const requests = (Object.entries(contract) as [keyof typeof contract, Declaration][]).sort(
  ([a], [b]) => LAST.indexOf(a) - LAST.indexOf(b),
);

/** Who asks, in an order in which nobody loses by what one before did. */
function askers({ ours, platform, screen, guest }: Town): readonly (readonly [Asking, Line])[] {
  const { passenger, driver, station, device } = ours.lines;
  return [
    ['guest', guest],
    ['screen', screen],
    ['passenger', passenger],
    ['device', device],
    ['station', station],
    ['driver', driver],
    ['platform', platform],
  ];
}

function mayAsk({ access }: Declaration, role: Asking): boolean {
  if (access === 'anyone') return true;
  return role !== 'guest' && (access === 'logged in' || access.includes(role));
}

/** `ok`, or the code of the refusal. */
async function answerTo(line: Line, name: keyof typeof contract, input: object): Promise<string> {
  try {
    await line.ask(name, input);
    return 'ok';
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

async function mayFollow(line: Line, stream: string): Promise<boolean> {
  try {
    await line.follow(stream, () => undefined);
    line.leave(stream);
    return true;
  } catch (error) {
    if (error instanceof Refused && error.code === 'not_allowed') return false;
    throw error;
  }
}

/** What the other party has, as the platform sees it. */
async function holdings(system: System, { things }: Party): Promise<unknown> {
  const { device, station, restock, sale, passenger, driver } = things;
  const read = (actor: ActorId, name: string, input: Json = {}) => system.read(actor, name, input, 'platform:admin');
  const seen = await Promise.all([
    read(`device:${device}`, 'home'),
    read(`device:${device}`, 'sale', { sale }),
    read(`station:${station}`, 'page'),
    read(`station:${station}`, 'restock', { restock }),
    ...[passenger, driver, station].map((key) => read(`wallet:${key}`, 'balance')),
  ]);
  return seen.map((answer) => ('unstored' in answer ? answer : answer.value.outcome));
}

const often = { addressBurst: 100_000, accountBurst: 100_000, socketBurst: 100_000 };

t.test('every request is for the roles that it is declared for, and for what is theirs', async (t) => {
  const node = await startNode(t, { ...often, backupKey: BACKUP_KEY });
  const town = await buildTown(node.url, operator);
  t.teardown(() => {
    town.close();
  });
  const { ours, theirs } = town;
  let asked = 0;

  await t.test('what holds everybody’s secrets takes the operator’s key beside the role', async (t) => {
    const { platform } = town;
    t.equal(await answerTo(platform, 'backup.begin', { key: 'another key of backups' }), 'not_allowed');
  });

  await t.test('every stream is followed by those whom it is declared for, and by nobody else', async (t) => {
    for (const { kind, channel } of streams) {
      const rule = followed[`${kind}/${channel}`];
      if (!rule) {
        t.fail(`${kind}/${channel}: who may follow?`);
        continue;
      }
      const { stream, own = [], all = [] } = rule;
      for (const [role, line] of askers(town)) {
        const always = all.includes(role);
        t.equal(await mayFollow(line, stream(theirs.things)), always, `${role}: ${stream(theirs.things)}`);
        const may = always || own.includes(role);
        t.equal(await mayFollow(line, stream(ours.things)), may, `${role}: ${stream(ours.things)}`);
      }
    }
  });

  await t.test('other roles are refused, whatever it is about', async (t) => {
    const before = await holdings(node.system, theirs);
    for (const [role, line] of askers(town)) {
      for (const [name, declaration] of requests) {
        if (mayAsk(declaration, role)) continue;
        for (const things of [ours.things, theirs.things, NOBODYS]) {
          const code = await answerTo(line, name, rules[name].input(things, ++asked));
          t.equal(code, role === 'guest' ? 'not_logged_in' : 'not_allowed', `${role} ${name}`);
        }
      }
    }
    t.same(await holdings(node.system, theirs), before, 'nothing has changed');
  });

  await t.test('what is somebody else’s is refused, and what is not there is said not to be', async (t) => {
    const before = await holdings(node.system, theirs);
    for (const [role, line] of askers(town)) {
      for (const [name, declaration] of requests) {
        if (!mayAsk(declaration, role)) continue;
        const { input, theirs: refused = 'open', nobodys = 'open' } = rules[name];
        if (role !== 'platform' && refused !== 'open')
          t.equal(await answerTo(line, name, input(theirs.things, ++asked)), refused, `${role} ${name}, theirs`);
        // Who may not see what others have may also be told that it is not his.
        if (nobodys !== 'open')
          t.ok(
            [nobodys, refused].includes(await answerTo(line, name, input(NOBODYS, ++asked))),
            `${role} ${name}, nobody’s`,
          );
      }
    }
    t.same(await holdings(node.system, theirs), before, 'nothing has changed');
  });

  await t.test('what is one’s own, and what is open to all of a role, is not barred', async (t) => {
    for (const [role, line] of askers(town)) {
      for (const [name, declaration] of requests) {
        if (!mayAsk(declaration, role)) continue;
        const { input, theirs: refused = 'open', of = role } = rules[name];
        if (of !== role) continue;
        const open = (role === 'platform' || refused === 'open') && !LAST.includes(name) ? [theirs.things] : [];
        for (const things of [...open, ours.things]) {
          const code = await answerTo(line, name, input(things, ++asked));
          t.notOk(BARRED.includes(code), `${role} ${name}: ${code}`);
        }
      }
    }
  });
});

/**
 * Every request of the contract, with inputs that a stranger makes up: well-formed ones about anything, and spoilt
 * ones. Rerun with SEED; more of it with RUNS.
 */
import fc, { type Arbitrary } from 'fast-check';
import t from 'tap';

import { errors } from '../../../src/errors.js';
import type { Ack } from '../../../src/gateway/answer.js';
import type { Declaration } from '../../../src/gateway/contract/declare.js';
import { contract } from '../../../src/gateway/contract/index.js';
import { checkOf } from '../../../src/gateway/contract/validate.js';
import { operator, startNode } from '../../jobs/node.js';
import { answerBreaks } from '../../support/held.js';
import { buildTown, PRODUCT, type Asking } from '../../support/town.js';
import { hostile, spoil, spoiling } from './hostile.js';
import { wellFormed } from './schema.js';
import { Strangers } from './strangers.js';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['RUNS'] ?? 600);

/** These take the asker's own place from him: whoever asks would be a guest from then on. */
const LEFT_OUT = ['auth.logOut', 'device.retire', 'device.renewKey', 'device.release', 'device.transfer'];
/** A refusal says what is wrong, and no more than a line of what was sent. */
const LONGEST_MESSAGE = 500;

const requests = (Object.entries(contract) as [string, Declaration][]).filter(([name]) => !LEFT_OUT.includes(name));
const checks = new Map(requests.map(([name, { input }]) => [name, checkOf(input)]));
const everyone: readonly Asking[] = ['guest', 'screen', 'passenger', 'driver', 'device', 'station', 'platform'];

/** Who asks: mostly somebody who may. */
function askers({ access }: Declaration): Arbitrary<Asking> {
  const may = access === 'anyone' ? everyone : access === 'logged in' ? everyone.slice(1) : access;
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...may) }, fc.constantFrom(...everyone));
}

/** A request: who makes it, by which door, its name, its id, its input. */
function anyRequest(known: readonly string[]) {
  return fc.oneof(
    ...requests.map(([name, declaration]) => {
      const honest = wellFormed(declaration.input, known);
      const spoilt = fc.tuple(honest, spoiling).map(([value, how]) => spoil(value, how));
      return fc.record({
        who: askers(declaration),
        door: fc.constantFrom('emit', 'post'),
        name: fc.constant(name),
        id: fc.oneof({ weight: 8, arbitrary: fc.uuid() }, { weight: 1, arbitrary: hostile }),
        input: fc.oneof(
          { weight: 3, arbitrary: honest },
          { weight: 3, arbitrary: spoilt },
          { weight: 1, arbitrary: hostile },
        ),
      });
    }),
  );
}

t.test(`what strangers make up is answered in order, and changes only what it may (SEED=${seed})`, async (t) => {
  const rates = { addressRate: 1e6, accountRate: 1e6, socketRate: 1e6 };
  const bursts = { addressBurst: 1e6, accountBurst: 1e6, socketBurst: 1e6, signUpsPerMinute: 1e6 };
  const node = await startNode(t, { ...rates, ...bursts, hashMemoryKiB: 8, hashPasses: 1, guestMs: 3_600_000 });
  const town = await buildTown(node.url, operator);
  const strangers = await Strangers.arrive(node.url, operator);
  const codes = new Map<string, number>();

  const judge = (name: string, input: unknown, ack: Ack): void => {
    const code = ack.ok ? 'ok' : ack.error.code;
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (ack.ok) {
      if (!checks.get(name)?.passes(input)) throw new Error(`${name} took an input that breaks its rules`);
      const wrong = answerBreaks(name, ack.value);
      if (wrong !== undefined) throw new Error(`${name} answers what it does not declare: ${wrong}`);
      return;
    }
    const { message } = ack.error;
    if (!(code in errors)) throw new Error(`${name}: ${code} is not in the registry`);
    if (['gateway_failed', 'decision_failed', 'parked'].includes(code)) throw new Error(`${name}: ${message}`);
    if (message.length > LONGEST_MESSAGE) throw new Error(`${name}: a message of ${message.length} characters`);
  };

  const things = [town.ours, town.theirs].flatMap((party) => Object.values(party.things) as string[]);
  const known = [PRODUCT, 'CNY', 'd_strange', 'st_strange', ...things];
  await fc.assert(
    fc.asyncProperty(anyRequest(known), async ({ who, door, name, id, input }) => {
      judge(name, input, await strangers[door](who, name, id, input));
    }),
    { seed, numRuns: runs },
  );
  const heard = JSON.stringify([...codes]);
  t.ok((codes.get('ok') ?? 0) > 0 && (codes.get('bad_input') ?? 0) > 0, `both kinds came: ${heard}`);
  t.same(Object.keys(Object.prototype), [], 'no prototype was altered');
  strangers.leave();
  town.close();
  const { differences } = await node.closeAndVerify();
  t.same(differences, [], 'the books balance');
});

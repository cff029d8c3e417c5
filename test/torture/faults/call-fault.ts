/** Each call on a store's files fails, one kind after the other. */
import type { Fault } from './fault.js';
import { CALLS, type Call } from './shim.js';
import { Strain, type Outcome, type When } from './strain.js';

/** What becomes of a store at its start, and of one at work. */
export const OUTCOMES: Readonly<Record<Call, Readonly<Record<When, Outcome>>>> = {
  'open to read': { start: 'refuses', work: 'ends' },
  'open to write': { start: 'refuses', work: 'ends' },
  read: { start: 'refuses', work: 'goes on' },
  map: { start: 'refuses', work: 'ends' },
  page: { start: 'dies', work: 'dies' },
  write: { start: 'refuses', work: 'ends' },
  sync: { start: 'refuses', work: 'ends' },
  close: { start: 'refuses', work: 'ends' },
  rename: { start: 'refuses', work: 'goes on' },
  drop: { start: 'goes on', work: 'goes on' },
};

export const calls: Fault = {
  name: 'calls',
  happens: 'beside the town, in a larger store, one kind of call after the other fails with EIO',
  expected: 'the outcomes of the table below; a start without faults has all that was acknowledged',
  async strike({ stand }) {
    const told: string[] = [];
    const strain = await Strain.open();
    try {
      for (const call of CALLS) {
        for (const when of ['start', 'work'] as const) told.push(await refused(strain, call, when, stand.ledger));
      }
    } finally {
      await strain.close();
    }
    return { stored: 0, lost: 0, told };
  },
};

/** Tells what became of it; what is not as the table says is a violation. */
export async function refused(
  strain: Strain,
  call: Call,
  when: When,
  ledger: { readonly violation: (what: string) => void },
): Promise<string> {
  const { outcome, said, acknowledged, missing } = await strain.meet(call, when);
  const told = `${call} at ${when}: ${outcome ?? 'otherwise'}${said === '' ? '' : `: ${said}`}`;
  if (outcome !== OUTCOMES[call][when]) ledger.violation(told);
  if (missing > 0) ledger.violation(`${told}: ${missing} of ${acknowledged} acknowledged entries are gone`);
  return `${told} (${acknowledged} acknowledged, ${missing} gone)`;
}

/** The first platform account, from the settings: without it nobody could invite anybody. */
import { AUTH } from '../actors/account/decide.js';
import { digest } from '../actors/shared/secret.js';
import type { Committed } from '../actors/runtime/committed.js';
import type { Answer, Unstored } from '../actors/runtime/engine.js';
import type { Json } from '../store/ports.js';
import type { Tools } from './tools.js';

/** Another node that owns the account may be on its way out: it is asked again for so long, this often, ms. */
const WITHIN_MS = 60_000;
const AGAIN_MS = 500;

/** Opens the account when there is none of its name. Does nothing without a password. */
export async function openFirstAccount({ engine, settings, passwords, derive, clock, log }: Tools): Promise<void> {
  const { adminName, adminPassword } = settings;
  if (adminPassword === '') return;
  const name = adminName.toLowerCase();
  const code = derive.secretFor('first account', name);
  const until = clock.now() + WITHIN_MS;
  const ask = async (type: string, input: Json, caller: string): Promise<Committed<Answer> | Unstored> => {
    for (;;) {
      const answer = await engine.ask({ to: `account:${name}`, type, input, caller, id: 'first-account' });
      if (!('unstored' in answer) || answer.unstored.code !== 'unavailable' || clock.now() > until) return answer;
      await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve));
    }
  };
  const invited = await ask('invite', { role: 'platform', codeHash: digest(name, code) }, 'system:setup');
  if ('unstored' in invited) throw new Error(`the first account could not be made: ${invited.unstored.message}`);
  // Taken: it was opened at an earlier start, and its password is its owner's affair.
  if (!invited.value.outcome.ok && invited.value.outcome.error.code === 'name_taken') return;
  const passwordHash = await passwords.hash(adminPassword, derive.salt('password', name, 'first-account'));
  if (passwordHash === undefined)
    throw new Error('the first account could not be made: too many passwords are being hashed');
  const accepted = await ask('accept', { codeHash: digest(name, code), passwordHash }, AUTH);
  if (!('unstored' in accepted) && accepted.value.outcome.ok) log.info({ account: name }, 'opened the first account');
}

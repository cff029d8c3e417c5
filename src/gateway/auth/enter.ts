/**
 * How people come in: sign-up, log-in, refresh, invitation. Passwords and codes are judged here, sessions
 * are opened by the account's actor, tokens are made of what it says.
 *
 *   R4  whatever a command draws (salt, refresh token) is derived from its id, so a retry meets the same
 */
import type { AccountCommands, Identity, OpenedSession } from '../../actors/account/commands.js';
import { AUTH } from '../../actors/account/decide.js';
import type { AccountReads } from '../../actors/account/index.js';
import type { Committed } from '../../actors/runtime/committed.js';
import type { Answer, Unstored } from '../../actors/runtime/engine.js';
import { digest } from '../../actors/shared/secret.js';
import type { ActorId, Json } from '../../store/ports.js';
import { mapTold, refused } from '../answer.js';
import type { Call, Told } from '../contract/declare.js';
import { LONGEST_DISPLAY_NAME } from '../contract/fields.js';
import type { Tools } from '../tools.js';

/** Between the parts of a refresh token; no name holds it. */
const SEPARATOR = '~';
const busy = refused('overloaded', 'too many log-ins at once', { retryAfterMs: 2_000 });

/** What is asked of a name's account, which is one in whatever case it is written. */
export function keyOfName(name: string): string {
  return name.toLowerCase();
}

function tell(type: keyof AccountCommands, name: string, input: Json, call: Call, { engine }: Tools, step = '') {
  return engine.ask({ to: `account:${keyOfName(name)}`, type, input, caller: AUTH, id: `${call.id}${step}` });
}

/** Hashes a password with a salt of the command's own, so that its retry is the same command. */
function hashOf(name: string, password: string, call: Call, { passwords, derive }: Tools) {
  return passwords.hash(password, derive.salt('password', keyOfName(name), call.id));
}

/** Opens a session for who has shown the password, and answers with its tokens. */
async function openSession(
  name: string,
  passwordHash: string,
  call: Call,
  tools: Tools,
): Promise<Committed<Answer> | Unstored> {
  const key = keyOfName(name);
  const secret = tools.derive.secretFor('session', key, call.id);
  const input = { passwordHash, tokenHash: digest(key, secret) };
  const answer = await tell('openSession', name, input, call, tools, '.session');
  return mapTold(answer, (reply) => tokensOf(reply as OpenedSession, secret, tools));
}

function tokensOf(
  { name, family, role, subject, displayName }: OpenedSession,
  secret: string,
  { tokens }: Tools,
): Json {
  const { access, expiresAt } = tokens.issue({ subject, role, account: name, session: family });
  return { access, refresh: [name, family, secret].join(SEPARATOR), expiresAt, subject, role, displayName };
}

export async function logIn(name: string, password: string, call: Call, tools: Tools): Promise<Told> {
  const { attempts, engine, passwords } = tools;
  const key = keyOfName(name);
  const mayTry = (): boolean => attempts.wait(key, call.address) === 0;
  const tooMany = (): Told => {
    const retryAfterMs = attempts.wait(key, call.address);
    return refused('too_many_requests', 'name: too many wrong passwords', { retryAfterMs });
  };
  if (!mayTry()) return tooMany();
  const found = await engine.read(`account:${key}`, 'credentials', {}, AUTH);
  if ('unstored' in found) return found;
  const { outcome } = found.value;
  const known = outcome.ok ? (outcome.value as AccountReads['credentials']['reply']) : undefined;
  const right = await passwords.verify(known?.passwordHash, password, mayTry);
  if (right === undefined) return mayTry() ? busy : tooMany();
  if (!right || !known) {
    attempts.failed(key, call.address);
    return refused('wrong_password', 'name or password: is wrong');
  }
  attempts.succeeded(key, call.address);
  return openSession(name, known.passwordHash, call, tools);
}

/** Signs up with a hashed password, and logs in. */
export async function signUp(
  {
    role,
    name,
    password,
    displayName,
  }: { role: 'passenger' | 'driver'; name: string; password: string; displayName?: string },
  call: Call,
  tools: Tools,
): Promise<Told> {
  const passwordHash = await hashOf(name, password, call, tools);
  if (passwordHash === undefined) return busy;
  const input = displayName === undefined ? { role, passwordHash } : { role, passwordHash, displayName };
  const answer = await tell('open', name, input, call, tools);
  if ('unstored' in answer) return answer;
  const { outcome } = answer.value;
  if (!outcome.ok) return answer;
  const { subject, displayName: shown } = outcome.value as Identity;
  // The person's own actor knows what devices and stations show of him.
  const profile = { displayName: shown.slice(0, LONGEST_DISPLAY_NAME) };
  const named = await tools.engine.ask({
    to: subject as ActorId,
    type: 'setProfile',
    input: profile,
    caller: subject,
    id: call.id,
  });
  if ('unstored' in named) return named;
  return openSession(name, passwordHash, call, tools);
}

/** Gives the next pair of tokens for a refresh token that is shown; one that is shown twice ends its session. */
export async function refresh(shown: string, call: Call, tools: Tools): Promise<Told> {
  const [name, family, secretShown] = shown.split(SEPARATOR);
  if (name === undefined || family === undefined || secretShown === undefined || !/^[a-z0-9_.@+-]{1,64}$/.test(name)) {
    return refused('session_ended', 'refresh: is no refresh token');
  }
  const secret = tools.derive.secretFor('session', name, family, call.id);
  const input = { family, tokenHash: digest(name, secretShown), nextHash: digest(name, secret) };
  const answer = await tell('rotate', name, input, call, tools);
  if ('unstored' in answer || !answer.value.outcome.ok) return answer;
  const reply = answer.value.outcome.value as AccountCommands['rotate']['reply'];
  if (!reply.rotated) return refused('session_ended', 'refresh: was used before, so its session has ended');
  return mapTold(answer, () => tokensOf(reply.session, secret, tools));
}

/** Takes up an invitation with its code, and logs in. */
export async function accept(
  { code, name, password }: { readonly code: string; readonly name: string; readonly password: string },
  call: Call,
  tools: Tools,
): Promise<Told> {
  const key = keyOfName(name);
  const wait = tools.attempts.wait(key, call.address);
  if (wait > 0) return refused('too_many_requests', 'name: too many wrong codes', { retryAfterMs: wait });
  const passwordHash = await hashOf(name, password, call, tools);
  if (passwordHash === undefined) return busy;
  const answer = await tell('accept', name, { codeHash: digest(key, code), passwordHash }, call, tools);
  if ('unstored' in answer) return answer;
  if (answer.value.outcome.ok) return openSession(name, passwordHash, call, tools);
  tools.attempts.failed(key, call.address);
  return answer;
}

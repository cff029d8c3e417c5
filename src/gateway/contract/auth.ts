/** Accounts: sign up, log in, stay logged in, log out; invitations of staff. */
import { Type } from '@sinclair/typebox';

import type { AccountReads } from '../../actors/account/index.js';
import type { AccountCommands, Identity, OpenedSession } from '../../actors/account/commands.js';
import { AUTH } from '../../actors/account/decide.js';
import type { Answer, Unstored } from '../../actors/runtime/engine.js';
import type { Committed } from '../../actors/runtime/committed.js';
import { digest } from '../../actors/shared/secret.js';
import type { ActorId, Json } from '../../store/ports.js';
import { mapTold, refused } from '../answer.js';
import type { Tools } from '../tools.js';
import { command, read, type Call, type Told } from './declare.js';
import {
  Code,
  DisplayName,
  fields,
  LoginName,
  LONGEST_DISPLAY_NAME,
  Password,
  StationId,
  Time,
  word,
} from './fields.js';

const Subject = Type.String({ examples: ['passenger:p_7QxT2'] });
const Role = word('passenger', 'driver', 'station', 'platform');
const Refresh = Type.String({ minLength: 1, maxLength: 256, rule: 'the refresh token of a log-in' });
const LoggedIn = fields({
  access: Type.String(),
  refresh: Refresh,
  expiresAt: Time,
  subject: Subject,
  role: Role,
  displayName: Type.String(),
});

/** Between the parts of a refresh token; no name holds it. */
const SEPARATOR = '~';
const busy = refused('overloaded', 'too many log-ins at once', { retryAfterMs: 2_000 });

/** What is asked of a name's account, which is one in whatever case it is written. */
function keyOfName(name: string): string {
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

async function logIn(name: string, password: string, call: Call, tools: Tools): Promise<Told> {
  const { attempts, engine, passwords } = tools;
  const key = keyOfName(name);
  const wait = attempts.wait(key, call.address);
  if (wait > 0) return refused('too_many_requests', 'name: too many wrong passwords', { retryAfterMs: wait });
  const found = await engine.read(`account:${key}`, 'credentials', {}, AUTH);
  if ('unstored' in found) return found;
  const { outcome } = found.value;
  const known = outcome.ok ? (outcome.value as AccountReads['credentials']['reply']) : undefined;
  const right = await passwords.verify(known?.passwordHash, password);
  if (right === undefined) return busy;
  if (!right || !known) {
    attempts.failed(key, call.address);
    return refused('wrong_password', 'name or password: is wrong');
  }
  attempts.succeeded(key, call.address);
  return openSession(name, known.passwordHash, call, tools);
}

/** Signs up with a hashed password, and logs in. */
async function signUp(
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

export const authRequests = {
  'auth.signUp': command({
    summary: 'Opens an account for a passenger or a driver, and logs in.',
    access: 'anyone',
    input: fields({
      role: word('passenger', 'driver'),
      name: LoginName,
      password: Password,
      displayName: Type.Optional(DisplayName),
    }),
    output: LoggedIn,
    errors: ['name_taken', 'overloaded'],
    limit: ({ signUpsPerMinute }) => ({ perMinute: signUpsPerMinute, burst: 2 * signUpsPerMinute }),
    target: 'account open',
    run: signUp,
  }),

  'auth.logIn': command({
    summary: 'Opens a session: an access token for a quarter of an hour, a refresh token to get the next.',
    access: 'anyone',
    input: fields({ name: LoginName, password: Password }),
    output: LoggedIn,
    errors: ['wrong_password', 'too_many_requests', 'overloaded'],
    target: 'account openSession',
    run: ({ name, password }, call, tools) => logIn(name, password, call, tools),
  }),

  'auth.refresh': command({
    summary: 'A new access token and a new refresh token. A refresh token that is shown twice ends the session.',
    access: 'anyone',
    input: fields({ refresh: Refresh }),
    output: LoggedIn,
    errors: ['session_ended'],
    target: 'account rotate',
    async run({ refresh }, call, tools) {
      const [name, family, shown] = refresh.split(SEPARATOR);
      if (name === undefined || family === undefined || shown === undefined || !/^[a-z0-9_.@+-]{1,64}$/.test(name)) {
        return refused('session_ended', 'refresh: is no refresh token');
      }
      const secret = tools.derive.secretFor('session', name, family, call.id);
      const input = { family, tokenHash: digest(name, shown), nextHash: digest(name, secret) };
      const answer = await tell('rotate', name, input, call, tools);
      if ('unstored' in answer || !answer.value.outcome.ok) return answer;
      const reply = answer.value.outcome.value as AccountCommands['rotate']['reply'];
      if (!reply.rotated) return refused('session_ended', 'refresh: was used before, so its session has ended');
      return mapTold(answer, () => tokensOf(reply.session, secret, tools));
    },
  }),

  'auth.logOut': command({
    summary: 'Ends the session; its sockets are closed, its tokens are worth nothing.',
    access: ['passenger', 'driver', 'station', 'platform'],
    input: fields({}),
    output: Type.Null(),
    errors: [],
    target: 'account closeSession',
    run(_input, call, { engine }) {
      const { account: name = '', session: family = '' } = call;
      return engine.ask({
        to: `account:${name}`,
        type: 'closeSession',
        input: { family },
        caller: call.subject,
        id: call.id,
      });
    },
  }),

  'auth.invite': command({
    summary: 'Invites someone of a station’s or the platform’s staff. The code is told here and never again.',
    access: ['platform'],
    input: fields({
      role: word('station', 'platform'),
      name: LoginName,
      station: Type.Optional(StationId),
      displayName: Type.Optional(DisplayName),
    }),
    output: fields({ code: Code, expiresAt: Time }),
    errors: ['name_taken'],
    target: 'account invite',
    async run({ name, ...who }, call, { engine, derive }) {
      const key = keyOfName(name);
      const code = derive.secretFor('invitation', key, call.subject, call.id);
      const input = { ...who, codeHash: digest(key, code) };
      const answer = await engine.ask({
        to: `account:${key}`,
        type: 'invite',
        input,
        caller: call.subject,
        id: call.id,
      });
      return mapTold(answer, (reply) => ({ code, expiresAt: (reply as { expiresAt: number }).expiresAt }));
    },
  }),

  'auth.accept': command({
    summary: 'Accepts an invitation with its code, chooses a password, and logs in.',
    access: 'anyone',
    input: fields({ code: Code, name: LoginName, password: Password }),
    output: LoggedIn,
    errors: ['wrong_code', 'invitation_ended', 'overloaded', 'too_many_requests'],
    target: 'account accept',
    async run({ code, name, password }, call, tools) {
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
    },
  }),

  'auth.me': read({
    summary: 'Who the caller is, and until when the session stands.',
    access: ['passenger', 'driver', 'station', 'platform'],
    input: fields({}),
    output: fields({ name: LoginName, role: Role, subject: Subject, displayName: Type.String(), expiresAt: Time }),
    errors: ['session_ended'],
    target: 'account session',
    run: (_input, call, { engine }) =>
      engine.read(`account:${call.account ?? ''}`, 'session', { family: call.session ?? '' }, AUTH),
  }),
};

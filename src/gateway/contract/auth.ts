/** Accounts: sign up, log in, stay logged in, log out; invitations of staff. */
import { Type } from '@sinclair/typebox';

import type { AccountCommands } from '../../actors/account/commands.js';
import { AUTH } from '../../actors/account/decide.js';
import { digest } from '../../actors/shared/secret.js';
import { mapTold } from '../answer.js';
import { accept, keyOfName, logIn, refresh, signUp } from '../auth/enter.js';
import { actor, command, read } from './declare.js';
import { Code, DisplayName, fields, LoginName, Password, StationId, Time, word } from './fields.js';

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

const account = actor<AccountCommands>('account');

const blocking = {
  access: ['platform' as const],
  input: fields({ name: LoginName }),
  output: Type.Null(),
  errors: ['unknown_account' as const],
  key: ({ name }: { readonly name: string }) => keyOfName(name),
  message: () => ({}),
};

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
    errors: ['wrong_password', 'account_blocked', 'too_many_requests', 'overloaded'],
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
    run: ({ refresh: shown }, call, tools) => refresh(shown, call, tools),
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
    run: accept,
  }),

  'auth.block': account.command({
    summary: 'Closes an account to its holder: all sessions end, their sockets are closed, nobody logs in.',
    ...blocking,
    type: 'block',
  }),

  'auth.unblock': account.command({
    summary: 'Opens an account again that was blocked.',
    ...blocking,
    type: 'unblock',
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

import t from 'tap';

import { accountActor } from '../../src/actors/account/index.js';
import type { OpenedSession } from '../../src/actors/account/commands.js';
import { MOST_SESSIONS, type AccountState } from '../../src/actors/account/state.js';
import { defaultTerms } from '../../src/actors/terms.js';
import type { Json, Outcome } from '../../src/store/ports.js';
import { Stage } from '../support/stage.js';

const ann = 'account:ann';
const auth = 'system:auth';
const signUp = { role: 'driver', passwordHash: 'hash of her password', displayName: 'Ann' };
const day = 24 * 60 * 60_000;

function setUp() {
  return new Stage([accountActor(defaultTerms)]);
}

function ask(stage: Stage, type: string, input: Json, caller = auth): Promise<Outcome> {
  return stage.ask(ann, type, input, caller);
}

function code(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.error.code;
}

async function logIn(stage: Stage, tokenHash: string): Promise<OpenedSession> {
  const outcome = await ask(stage, 'openSession', { passwordHash: signUp.passwordHash, tokenHash });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value as OpenedSession;
}

/** Ann signed up and logged in, with refresh token `t0`. */
async function loggedIn() {
  const stage = setUp();
  await ask(stage, 'open', signUp);
  return { stage, session: await logIn(stage, 't0') };
}

function refresh(stage: Stage, family: string, tokenHash: string, nextHash: string) {
  return ask(stage, 'rotate', { family, tokenHash, nextHash });
}

function isOpen(stage: Stage, family: string): boolean {
  return !('refused' in (stage.read(ann, 'session', { family }, auth) as object));
}

t.test('passengers and drivers sign themselves up, each with a subject of its own', async (t) => {
  const stage = setUp();
  const first = await ask(stage, 'open', signUp);
  t.match(first, { ok: true, value: { name: 'ann', role: 'driver', displayName: 'Ann', subject: /^driver:dr_/ } });
  const other = await stage.ask('account:bob', 'open', { role: 'passenger', passwordHash: 'x' }, auth);
  t.match(other, { ok: true, value: { displayName: 'bob', subject: /^passenger:p_/ } });
});

t.test('nobody signs up as staff, as a device, or by his own word', async (t) => {
  const stage = setUp();
  for (const role of ['station', 'platform', 'device', 'screen', 'toString']) {
    t.equal(code(await ask(stage, 'open', { ...signUp, role })), 'not_allowed', role);
  }
  t.equal(code(await ask(stage, 'open', signUp, 'passenger:p_1')), 'not_allowed');
});

t.test('a name is one account, in whatever case it is written', async (t) => {
  const stage = setUp();
  await ask(stage, 'open', signUp);
  t.equal(code(await ask(stage, 'open', signUp)), 'name_taken');
  t.equal(code(await stage.ask('account:Ann', 'open', signUp, auth)), 'bad_input');
});

t.test('a log-in opens a session; with a hash that is no longer the account`s it does not', async (t) => {
  const { stage, session } = await loggedIn();
  t.match(session, { name: 'ann', role: 'driver', expiresAt: stage.now + defaultTerms.sessionMs });
  t.ok(isOpen(stage, session.family));
  const wrong = { passwordHash: 'another', tokenHash: 't9' };
  t.equal(code(await ask(stage, 'openSession', wrong)), 'wrong_password');
  t.equal(code(await stage.ask('account:nobody', 'openSession', wrong, auth)), 'wrong_password', 'no such name');
});

t.test('a refresh replaces the token and keeps the session', async (t) => {
  const { stage, session } = await loggedIn();
  await stage.advance(20 * day);
  const { family } = session;
  const kept = { family, subject: session.subject, expiresAt: stage.now + defaultTerms.sessionMs };
  t.match(await refresh(stage, family, 't0', 't1'), { ok: true, value: { rotated: true, session: kept } });
  t.match(await refresh(stage, family, 't1', 't2'), { ok: true, value: { rotated: true } });
});

t.test('an old refresh token, shown again, revokes its family and no other', async (t) => {
  const { stage, session } = await loggedIn();
  const other = await logIn(stage, 'u0');
  const { family } = session;
  await refresh(stage, family, 't0', 't1');
  t.match(await refresh(stage, family, 't0', 'thief'), { ok: true, value: { rotated: false } });
  t.notOk(isOpen(stage, family));
  t.equal(code(await refresh(stage, family, 't1', 't2')), 'session_ended', 'the good one is worth nothing now');
  t.match(stage.pushes, [{ channel: 'sessions', name: 'session.closed', data: { family, reason: 'token_reused' } }]);
  t.ok(isOpen(stage, other.family));
});

t.test('a refresh that is retried under its id gets its answer again', async (t) => {
  const { stage, session } = await loggedIn();
  const input = { family: session.family, tokenHash: 't0', nextHash: 't1' };
  const first = await stage.ask(ann, 'rotate', input, auth, 'same');
  t.same(await stage.ask(ann, 'rotate', input, auth, 'same'), first);
  t.ok(isOpen(stage, session.family));
});

t.test('a log-out ends the session and says so; no token outlives it', async (t) => {
  const { stage, session } = await loggedIn();
  const { family, subject } = session;
  t.equal(code(await ask(stage, 'closeSession', { family }, 'driver:dr_other')), 'not_yours');
  t.ok(isOpen(stage, family));
  t.equal(code(await ask(stage, 'closeSession', { family }, subject)), 'ok');
  t.notOk(isOpen(stage, family));
  t.equal(code(await refresh(stage, family, 't0', 't1')), 'session_ended');
  t.equal(code(await ask(stage, 'closeSession', { family }, subject)), 'ok', 'twice is no error');
  t.same(
    stage.pushes.map(({ channel, name, data }) => ({ channel, name, data })),
    [{ channel: 'sessions', name: 'session.closed', data: { family, subject, reason: 'logged_out' } }],
  );
});

t.test('a session that is not refreshed ends by age', async (t) => {
  const { stage, session } = await loggedIn();
  await stage.advance(defaultTerms.sessionMs);
  t.notOk(isOpen(stage, session.family));
  t.equal(code(await refresh(stage, session.family, 't0', 't1')), 'session_ended');
  await logIn(stage, 'u0');
  t.match(stage.pushes, [{ data: { family: session.family, reason: 'expired' } }]);
});

t.test('the seventeenth session ends the oldest', async (t) => {
  const { stage, session } = await loggedIn();
  for (let n = 1; n < MOST_SESSIONS; n++) await logIn(stage, `u${n}`);
  t.ok(isOpen(stage, session.family));
  const last = await logIn(stage, 'last');
  t.notOk(isOpen(stage, session.family));
  t.ok(isOpen(stage, last.family));
  t.equal((stage.state(ann) as AccountState).sessions.length, MOST_SESSIONS);
  t.match(stage.pushes, [{ data: { family: session.family, reason: 'displaced' } }]);
});

t.test('only the gateway opens sessions, refreshes them and reads hashes', async (t) => {
  const { stage, session } = await loggedIn();
  const { subject, family } = session;
  for (const caller of [subject, 'platform:root', 'system:other', 'device:d_1']) {
    const input = { passwordHash: signUp.passwordHash, tokenHash: 'mine' };
    t.equal(code(await ask(stage, 'openSession', input, caller)), 'not_allowed', caller);
    const rotation = { family, tokenHash: 't0', nextHash: 't1' };
    t.equal(code(await ask(stage, 'rotate', rotation, caller)), 'not_allowed', caller);
    t.match(stage.read(ann, 'credentials', {}, caller), { refused: { code: 'not_allowed' } }, caller);
    t.match(stage.read(ann, 'session', { family }, caller), { refused: { code: 'not_allowed' } }, caller);
  }
  t.match(stage.read(ann, 'credentials', {}, auth), { role: 'driver', passwordHash: signUp.passwordHash });
  t.match(stage.read('account:nobody', 'credentials', {}, auth), { refused: { code: 'wrong_password' } });
});

t.test('no answer, push or row carries a hash', async (t) => {
  const { stage, session } = await loggedIn();
  await refresh(stage, session.family, 't0', 't1');
  await refresh(stage, session.family, 't0', 't2');
  await ask(stage, 'open', signUp);
  const told = JSON.stringify([stage.entries.map(({ reply }) => reply), stage.pushes, stage.rows]);
  t.notMatch(told, /hash of her password|"t[0-9]"|Hash/);
});

t.test('staff is invited by the platform and accepts once, with the code', async (t) => {
  const stage = setUp();
  const invitation = { role: 'station', station: 'st_1', codeHash: 'c1', displayName: 'Depot North' };
  const expiresAt = stage.now + defaultTerms.invitationMs;
  t.match(await ask(stage, 'invite', invitation, 'platform:root'), { ok: true, value: { name: 'ann', expiresAt } });
  t.equal(code(await ask(stage, 'open', signUp)), 'name_taken', 'nobody signs up under an invited name');
  t.equal(code(await ask(stage, 'accept', { codeHash: 'guess', passwordHash: 'x' })), 'wrong_code');
  const accepted = await ask(stage, 'accept', { codeHash: 'c1', passwordHash: signUp.passwordHash });
  t.match(accepted, { ok: true, value: { role: 'station', subject: 'station:st_1', displayName: 'Depot North' } });
  t.match(await logIn(stage, 't0'), { role: 'station', subject: 'station:st_1' });
  t.equal(code(await ask(stage, 'accept', { codeHash: 'c1', passwordHash: 'x' })), 'invitation_ended', 'once');
  t.equal(code(await ask(stage, 'invite', invitation, 'platform:root')), 'name_taken');
});

t.test('the first of the platform is invited by the set-up', async (t) => {
  const stage = setUp();
  await ask(stage, 'invite', { role: 'platform', codeHash: 'c1' }, 'system:setup');
  const accepted = await ask(stage, 'accept', { codeHash: 'c1', passwordHash: 'x' });
  t.match(accepted, { ok: true, value: { role: 'platform', subject: 'platform:ann' } });
});

t.test('nobody else invites, and an invitation is for staff', async (t) => {
  const stage = setUp();
  for (const caller of [auth, 'station:st_1', 'driver:dr_1', 'device:d_1']) {
    t.equal(code(await ask(stage, 'invite', { role: 'platform', codeHash: 'c' }, caller)), 'not_allowed', caller);
  }
  const root = 'platform:root';
  t.equal(code(await ask(stage, 'invite', { role: 'driver', station: 'x', codeHash: 'c' }, root)), 'bad_input');
  t.equal(code(await ask(stage, 'invite', { role: 'station', codeHash: 'c' }, root)), 'bad_input', 'of which station?');
  t.equal(code(await ask(stage, 'accept', { codeHash: 'c', passwordHash: 'x' })), 'invitation_ended');
  const invited = await ask(stage, 'invite', { role: 'platform', codeHash: 'c' }, root);
  t.equal(code(invited), 'ok');
  t.equal(code(await ask(stage, 'accept', { codeHash: 'c', passwordHash: 'x' }, root)), 'not_allowed');
});

t.test('an invitation ends by age, and a newer one replaces it', async (t) => {
  const stage = setUp();
  await ask(stage, 'invite', { role: 'platform', codeHash: 'c1' }, 'platform:root');
  await ask(stage, 'invite', { role: 'platform', codeHash: 'c2' }, 'platform:root');
  t.equal(code(await ask(stage, 'accept', { codeHash: 'c1', passwordHash: 'x' })), 'wrong_code');
  await stage.advance(defaultTerms.invitationMs);
  t.equal(code(await ask(stage, 'accept', { codeHash: 'c2', passwordHash: 'x' })), 'invitation_ended');
  t.equal(code(await ask(stage, 'open', signUp)), 'ok', 'the name is free again');
});

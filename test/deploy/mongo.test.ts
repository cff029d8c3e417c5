/**
 * deploy/mongo/init.js against a stand-in for mongosh: what it does on a new set, on one that is there, and when it was
 * interrupted. A real mongod has the last word.
 */
import { createContext, runInContext } from 'node:vm';

import t from 'tap';

import { textOf } from './files.js';

const environment = { MONGO_MEMBERS: 'mongo1,mongo2,mongo3', MONGO_ADMIN_PASSWORD: 'a', MONGO_PASSWORD: 'b' };

/** A member as it answers somebody local: its set, its users, and how long it takes to become the primary. */
class Member {
  readonly users = new Map<string, unknown>();
  readonly did: string[] = [];
  config: { members: { host: string; priority: number }[] } | undefined;
  in: string | undefined;
  waitsMs = 0;
  wrongTime = false;

  constructor(private electionMs: number) {}

  private database(name: string) {
    return {
      hello: () => ({
        ...(this.config && { setName: 'backseat' }),
        isWritablePrimary: this.config !== undefined && this.electionMs <= 0,
      }),
      adminCommand: ({ replSetInitiate }: { replSetInitiate: NonNullable<Member['config']> }) => {
        if (this.config) throw Object.assign(new Error('already initialized'), { code: 23 });
        this.config = replSetInitiate;
        this.did.push('initiate');
      },
      auth: (user: string) => {
        if (!this.users.has(`admin.${user}`)) throw new Error('Authentication failed.');
        this.in = user;
        return { ok: 1 };
      },
      getSiblingDB: (other: string) => this.database(other),
      getUser: (user: string) => {
        if (this.in !== 'admin') throw new Error('not authorized');
        return this.users.get(`${name}.${user}`) ?? null;
      },
      createUser: (user: { user: string }) => {
        if (this.electionMs > 0 || !this.config) throw new Error('not primary');
        // The localhost exception: the first user, in admin; everything else is for those who are in.
        if (this.users.size > 0 && this.in !== 'admin') throw new Error('not authorized');
        this.users.set(`${name}.${user.user}`, user);
        this.did.push(`create ${name}.${user.user}`);
      },
    };
  }

  /** Runs the script; the time passes as it sleeps. */
  init(): void {
    this.in = undefined;
    const sandbox = {
      process: { env: environment },
      print: () => undefined,
      connect: () => this.database('admin'),
      sleep: (ms: number) => {
        this.electionMs -= ms;
        this.waitsMs += ms;
      },
    };
    runInContext(textOf('deploy/mongo/init.js'), createContext(sandbox));
  }
}

const everything = ['initiate', 'create admin.admin', 'create backseat.backseat'];

t.test('makes the set of all members, waits for its primary, makes the users', async (t) => {
  const member = new Member(3_000);
  member.init();
  t.same(member.did, everything);
  t.same(member.config?.members, [
    { _id: 0, host: 'mongo1:27017', priority: 2 },
    { _id: 1, host: 'mongo2:27017', priority: 1 },
    { _id: 2, host: 'mongo3:27017', priority: 1 },
  ]);
  t.match(member.users.get('backseat.backseat'), { roles: [{ role: 'dbOwner', db: 'backseat' }] });
  t.equal(member.waitsMs, 3_000);
});

t.test('changes nothing where all is there, also where another member is the primary now', async (t) => {
  const member = new Member(0);
  member.init();
  const later = Object.assign(new Member(Infinity), { config: member.config });
  for (const [name, user] of member.users) later.users.set(name, user);
  later.init();
  t.same(later.did, []);
});

t.test('goes on where it was interrupted', async (t) => {
  const member = new Member(1_000);
  t.equal(everything.length, 3);
  member.config = { members: [] };
  member.init();
  t.same(member.did, everything.slice(1));
  const further = new Member(1_000);
  further.config = { members: [] };
  further.users.set('admin.admin', {});
  further.init();
  t.same(further.did, everything.slice(2));
});

t.test('says which member does not become the primary', async (t) => {
  const late = () => {
    new Member(Infinity).init();
  };
  t.throws(late, { message: 'mongo1 has not become the primary within 120000 ms' });
});

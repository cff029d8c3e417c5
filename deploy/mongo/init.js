// Makes the replica set and its two users; run by mongosh beside the first member, at every start. What is there
// already stays as it is, so it may be interrupted anywhere and run again.
//
// The first user of a MongoDB may only be made by somebody local (its "localhost exception"), and only where writes are
// taken: so the first member is the one that is preferred as the primary.
const { MONGO_MEMBERS, MONGO_ADMIN_PASSWORD, MONGO_PASSWORD } = process.env;
const members = MONGO_MEMBERS.split(',');
const WITHIN_MS = 120_000;
const PAUSE_MS = 500;
const ALREADY_INITIALIZED = 23;

const admin = connect('mongodb://127.0.0.1:27017/admin?directConnection=true');

if (admin.hello().setName === undefined) {
  const config = {
    _id: 'backseat',
    members: members.map((name, i) => ({ _id: i, host: `${name}:27017`, priority: i === 0 ? 2 : 1 })),
  };
  try {
    admin.adminCommand({ replSetInitiate: config });
    print(`made the replica set of ${members.join(', ')}`);
  } catch (error) {
    if (error.code !== ALREADY_INITIALIZED) throw error;
  }
}

if (!entered()) {
  untilPrimary();
  admin.createUser({ user: 'admin', pwd: MONGO_ADMIN_PASSWORD, roles: ['root'] });
  print('made the user admin');
  admin.auth('admin', MONGO_ADMIN_PASSWORD);
}
const shop = admin.getSiblingDB('backseat');
if (shop.getUser('backseat') === null) {
  untilPrimary();
  shop.createUser({ user: 'backseat', pwd: MONGO_PASSWORD, roles: [{ role: 'dbOwner', db: 'backseat' }] });
  print('made the user backseat');
}
print('the replica set is ready');

function entered() {
  try {
    return Boolean(admin.auth('admin', MONGO_ADMIN_PASSWORD).ok);
  } catch {
    return false;
  }
}

function untilPrimary() {
  for (let waited = 0; !admin.hello().isWritablePrimary; waited += PAUSE_MS) {
    if (waited >= WITHIN_MS) throw new Error(`${members[0]} has not become the primary within ${WITHIN_MS} ms`);
    sleep(PAUSE_MS);
  }
}

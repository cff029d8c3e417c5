/** What becomes of a command whose connection ends while it is being sent. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import t from 'tap';

import { Link } from '../../src/store/mongo/link.js';
import { mongoServer, NO_SERVER, type MongoServer } from '../support/mongo/server.js';

const server = await mongoServer(t);
if (!server) {
  t.pass('MongoDB', { skip: NO_SERVER });
} else {
  ends(server);
}

function ends(server: MongoServer): void {
  t.test('what is sent on a connection that has just ended has its word, and so has all that follows', async (t) => {
    const sockets = new Set<Socket>();
    const note = (message: unknown): void => {
      sockets.add((message as { readonly socket: Socket }).socket);
    };
    subscribe('net.client.socket', note);
    t.teardown(() => unsubscribe('net.client.socket', note));
    const url = `${server.database()}&maxPoolSize=1`;
    const link = await Link.open(url);
    t.teardown(() => link.close());
    const ask = () => link.urgent.store.findOne({ _id: 'store' }).lean();
    t.equal(await ask(), null);
    // A destroyed socket says so in a later turn of the event loop, as one does whose end was read just now: until then
    // the driver takes it for whole.
    for (const socket of sockets) socket.destroy();
    t.equal(await ask(), null);
  });
}

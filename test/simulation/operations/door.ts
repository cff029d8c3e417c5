/**
 * The door of a simulated world: the real dispatcher over the contract, whose engine is whichever machine answers. Who
 * asks waits, and asks again with the same id, until there is an answer.
 */
import { readSettings } from '../../../src/config.js';
import type { Engine } from '../../../src/actors/runtime/engine.js';
import { createLog } from '../../../src/gateway/log.js';
import { Passwords } from '../../../src/gateway/auth/passwords.js';
import { contract } from '../../../src/gateway/contract/index.js';
import { Dispatcher } from '../../../src/gateway/dispatch.js';
import { Positions } from '../../../src/gateway/geo/positions.js';
import { NearestStations } from '../../../src/gateway/geo/stations.js';
import { makeTools } from '../../../src/gateway/make-tools.js';
import { seeded, seededChance } from '../../support/virtual-clock.js';
import type { World } from '../world.js';

const SECRET = 'a secret that is known to nobody outside of this town';

/** Hashes that cost nothing, and no thread: a simulation waits for its own clock alone. */
class PlainPasswords extends Passwords {
  override hash(password: string, salt: Uint8Array): Promise<string> {
    return Promise.resolve(`${password} ${Buffer.from(salt).toString('hex')}`);
  }

  override verify(stored: string | undefined, password: string): Promise<boolean> {
    return Promise.resolve(stored?.startsWith(`${password} `) ?? false);
  }
}

export function doorOf(world: World): Dispatcher {
  const { clock } = world;
  const elsewhere = (what: string) => () => Promise.reject(new Error(`${what}: no command of an actor needs it`));
  const engine: Engine = {
    ask: (ask) => world.insist(ask),
    read: (...question) => world.look(...question),
    onPush: () => () => undefined,
    missed: elsewhere('missed'),
    deadLetters: elsewhere('deadLetters'),
    retryDeadLetter: elsewhere('retryDeadLetter'),
    stop: elsewhere('stop'),
  };
  const settings = readSettings({});
  const { views } = world.store.open();
  const nothing = () => undefined;
  const log = createLog('silent');
  const chance = seededChance(seeded(world.seed));
  const positions = new Positions({ views, clock, send: nothing, hasPickup: () => false, onError: nothing });
  const stations = new NearestStations(views, { collection: 'stations', index: 'name' });
  const passwords = new PlainPasswords({ memoryKiB: 8, passes: 1, atOnce: 1 });
  const absent = { audit: undefined, rebuildRankings: undefined, backups: undefined };
  const ports = { engine, views, settings, clock, chance, positions, stations, passwords, log, ...absent };
  return new Dispatcher(contract, makeTools({ ...ports, rebuildView: elsewhere('rebuildView') }, SECRET));
}

/**
 * Puts the tools of declarations together: of the node's ports, and of the secret that its tokens and codes are made
 * with.
 */
import { Attempts } from './auth/attempts.js';
import { Derive } from './auth/derive.js';
import { Sessions } from './auth/sessions.js';
import { Tokens } from './auth/tokens.js';
import { Fleet } from './fleet/snapshot.js';
import { Catalogue, People, Whereabouts } from './lookups.js';
import type { Tools } from './tools.js';

type Made = 'derive' | 'tokens' | 'sessions' | 'attempts' | 'catalogue' | 'people' | 'whereabouts' | 'fleet';

/** What they are made of, {@link Tools} like the rest. */
export type Ports = Omit<Tools, Made>;

export function makeTools(ports: Ports, secret: string): Tools {
  const { engine, settings, clock, positions, stations } = ports;
  const now = () => clock.now();
  return {
    ...ports,
    derive: new Derive(secret),
    tokens: new Tokens(secret, settings.accessMs, now),
    sessions: new Sessions(engine, now),
    attempts: new Attempts(now),
    catalogue: new Catalogue(engine),
    people: new People(engine),
    whereabouts: new Whereabouts(engine, positions, now),
    fleet: new Fleet({ engine, positions, stations, settings, clock }),
  };
}

/**
 * The contract: every request that the outside may make, by name. To add one is to write its
 * declaration; socket, HTTP, both pages and the client's types follow from this table.
 */
import type { Static, TSchema } from '@sinclair/typebox';

import { authRequests } from './auth.js';
import { backupRequests } from './backup.js';
import { catalogueRequests } from './catalogue.js';
import type { Declaration } from './declare.js';
import { deviceRequests } from './device.js';
import { deviceSeen } from './device-seen.js';
import { driverRequests } from './driver.js';
import { fleetRequests } from './fleet.js';
import { operatorRequests } from './operator.js';
import { restockRequests } from './restock.js';
import { saleRequests } from './sale.js';
import { stationRequests } from './station.js';
import { walletRequests } from './wallet.js';

export const contract = {
  ...authRequests,
  ...catalogueRequests,
  ...deviceRequests,
  ...deviceSeen,
  ...saleRequests,
  ...stationRequests,
  ...driverRequests,
  ...restockRequests,
  ...walletRequests,
  ...fleetRequests,
  ...operatorRequests,
  ...backupRequests,
};

/** The contract as its readers see it: names and declarations. */
export type Contract = Readonly<Record<string, Declaration>>;

/** What goes in and comes out of each request of a contract, for the client. */
export type RequestsOf<C> = {
  readonly [N in keyof C]: C[N] extends { readonly input: infer I; readonly output: infer O }
    ? { readonly input: StaticOf<I>; readonly output: StaticOf<O> }
    : never;
};

type StaticOf<S> = S extends TSchema ? Static<S> : never;

/** The requests of this server. */
export type Requests = RequestsOf<typeof contract>;

/** All actor kinds of the business, and the views that they keep. */
import type { CollectionDeclaration } from '../store/ports.js';
import { accountActor } from './account/index.js';
import { catalogueActor } from './catalogue/index.js';
import { deviceActor } from './device/index.js';
import { devicesCollection, salesCollection } from './device/views.js';
import { driverActor } from './driver/index.js';
import { fleetActor } from './fleet/index.js';
import { passengerActor } from './passenger/index.js';
import { paymentActor } from './payment/index.js';
import { paymentsCollection } from './payment/views.js';
import { rankingActor } from './ranking/index.js';
import { reconciliationActor } from './reconciliation/index.js';
import type { AnyDefinition } from './runtime/definition.js';
import { restocksCollection } from './shared/restocks.js';
import { stationActor } from './station/index.js';
import { stationsCollection } from './station/views.js';
import type { Terms } from './terms.js';
import { walletActor } from './wallet/index.js';
import { transfersCollection } from './wallet/views.js';

/** The kinds, as they decide under these terms of business. */
export function actors(terms: Terms): readonly AnyDefinition[] {
  return [
    accountActor(terms),
    catalogueActor(),
    deviceActor(terms),
    driverActor(terms),
    fleetActor(),
    passengerActor(),
    paymentActor(terms),
    rankingActor(),
    reconciliationActor(terms),
    stationActor(terms),
    walletActor(),
  ];
}

/** The views that actors' rows go to. */
export const actorCollections: readonly CollectionDeclaration[] = [
  devicesCollection,
  paymentsCollection,
  restocksCollection,
  salesCollection,
  stationsCollection,
  transfersCollection,
];

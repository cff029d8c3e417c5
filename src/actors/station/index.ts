/**
 * The station: supply, the orders of drivers, and the money that is held for them until the station
 * has said what it accepts.
 *
 * Boundary: it knows drivers by key and display name only; goods are the driver's from the hand-over on,
 * and what he does with them is no concern of it.
 * Keeps: R1, R9 (wallets, payments, drivers and rankings are told by message, never waited for), B1
 * (prices are its own), B2 (held money is split exactly), B3 (reserved units never exceed those in the house).
 */
import { defineActor, type ActorDefinition } from '../runtime/definition.js';
import { restocksCollection } from '../shared/restocks.js';
import type { Terms } from '../terms.js';
import type { StationCommands } from './commands.js';
import { acceptRestock, lapseRestock } from './decide-answer.js';
import { cancelRestock, expireRestock, placeRestock } from './decide-order.js';
import { payRestock } from './decide-pay.js';
import { chargeAnswered, paymentArrived, paymentFailed, paymentOpened } from './decide-payment.js';
import { handOver, readyRestock, renewPickUpCode } from './decide-pickup.js';
import { register, setAddress, stock } from './decide-supply.js';
import type { StationEvents } from './events.js';
import { evolve } from './evolve.js';
import { push } from './pushes.js';
import { tellRankings } from './rankings.js';
import { reads, type StationReads } from './reads.js';
import { initialStation, type StationState } from './state.js';
import { rows, stationsCollection } from './views.js';

type Definition = ActorDefinition<StationState, StationCommands, StationEvents, StationReads>;

export function stationActor(terms: Terms): Definition {
  return defineActor<StationState, StationCommands, StationEvents, StationReads>({
    kind: 'station',
    version: 1,
    initial: initialStation,
    decide: {
      register: register(terms),
      setAddress,
      stock,
      placeRestock: placeRestock(terms),
      cancelRestock,
      expireRestock,
      payRestock: payRestock(terms),
      chargeAnswered: chargeAnswered(terms),
      paymentOpened,
      paymentArrived: paymentArrived(terms),
      paymentFailed,
      acceptRestock: acceptRestock(terms),
      lapseRestock,
      readyRestock,
      renewPickUpCode,
      handOver,
      tellRankings,
    },
    evolve,
    reads,
    push,
    rows,
    collections: [stationsCollection.name, restocksCollection.name],
  });
}

/** All streams that can be followed. */
import type { StreamDeclaration } from './declare.js';
import { boxStream, ownerStream, passengerStream } from './device.js';
import { censusStream, rankingStream } from './fleet.js';
import { balanceStream, catalogueStream, paymentStream } from './money.js';
import { driverStream, ordersStream, stationDriverStream } from './restock.js';

export { volatileEvents } from './fleet.js';

export const streams: readonly StreamDeclaration[] = [
  passengerStream,
  boxStream,
  ownerStream,
  ordersStream,
  stationDriverStream,
  driverStream,
  balanceStream,
  paymentStream,
  catalogueStream,
  rankingStream,
  censusStream,
];

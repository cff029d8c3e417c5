/**
 * The ways that sales, restocks and payments went in a simulated world, counted in its journal. What no seed ever goes
 * through, no seed shows to be sound.
 */
import type { Entry, Json } from '../../src/store/ports.js';
import { kindOf } from '../../src/actors/runtime/ids.js';

type Fields = Readonly<Record<string, Json>>;
/** The event that tells of a way, `<kind>.<type>`, and which of those events do. */
type Way = readonly [event: string, which?: (data: Fields) => boolean];

const has = (field: string) => (data: Fields) => (data[field] as readonly Json[] | undefined)?.length !== 0;
const is = (field: string, value: Json) => (data: Fields) => data[field] === value;

const ways = {
  'sale settled': ['device.saleSettled', is('refunded', 0)],
  'sale dropped in part': ['device.saleSettled', ({ refunded }) => refunded !== 0],
  'sale dropped nothing': ['device.saleRefunded', is('doubt', false)],
  'sale not reported': ['device.saleRefunded', is('doubt', true)],
  'sale reported late': ['device.doubtSettled'],
  'sale cancelled': ['device.saleCancelled', is('expired', false)],
  'sale expired': ['device.saleCancelled', is('expired', true)],
  'sale not paid': ['device.paymentRefused'],
  'sale paid late': ['device.paymentReturned', is('reason', 'paid_late')],
  'sale paid twice': ['device.paymentReturned', is('reason', 'paid_twice')],
  'restock picked up': ['station.restockPickedUp'],
  'restock taken in part': ['station.restockAccepted', has('released')],
  'restock refused': ['station.restockRefused', is('reason', 'by_station')],
  'restock not answered': ['station.restockRefused', is('reason', 'not_answered')],
  'restock cancelled': ['station.restockCancelled', is('reason', 'by_driver')],
  'restock expired': ['station.restockCancelled', is('reason', 'not_paid')],
  'restock not paid': ['station.paymentFailed'],
  'restock paid late': ['station.paymentReturned'],
  'restock not taken': ['driver.restockNotTaken'],
  'load taken': ['driver.loadEnded', has('loaded')],
  'load not taken': ['driver.loadEnded', has('returned')],
  'payment arrived': ['payment.received', is('back', null)],
  'payment arrived again': ['payment.received', ({ back, reason }) => back !== null && reason !== 'amount_differs'],
  'payment refused': ['payment.declined'],
  'payment lapsed': ['payment.lapsed'],
  'payment differs': ['payment.received', is('reason', 'amount_differs')],
  'payment refunded': ['payment.refundDone'],
} satisfies Record<string, Way>;

/** How often each way was gone. */
export function flows(entries: readonly Entry[]): Record<string, number> {
  const all = entries.flatMap(({ actor, events }) =>
    events.map(({ type, data }) => ({ event: `${kindOf(actor)}.${type}`, data: data as Fields })),
  );
  const count = ([event, which = () => true]: Way): number =>
    all.filter((one) => one.event === event && which(one.data)).length;
  return Object.fromEntries(Object.entries<Way>(ways).map(([name, way]) => [name, count(way)]));
}

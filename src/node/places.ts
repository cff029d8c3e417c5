/** What a node keeps in memory beside its views: where stations, cars and pick-ups are, and addresses. */
import { systemChance, systemClock } from '../actors/runtime/clock.js';
import type { Volatile } from '../actors/runtime/committed.js';
import { restocksCollection } from '../actors/shared/restocks.js';
import { stationsCollection } from '../actors/station/views.js';
import type { Settings } from '../config.js';
import { Addresses } from '../gateway/geo/addresses.js';
import { Pickups } from '../gateway/geo/pickups.js';
import { Positions } from '../gateway/geo/positions.js';
import { NearestStations } from '../gateway/geo/stations.js';
import { watchViews } from '../gateway/geo/watch.js';
import type { Log } from '../gateway/log.js';
import type { Others } from '../gateway/others.js';
import type { Json, Row, Store } from '../store/ports.js';

/** News of this name: rows of stations and restocks that another node wrote. */
const ROWS = 'rows';

const kept: ReadonlySet<string> = new Set([stationsCollection.name, restocksCollection.name]);

/** The store, with the stations and pick-ups that are kept in memory beside its views, and the positions of cars. */
export function placesBeside(
  opened: Store,
  settings: Settings,
  log: Log,
  others: Others,
  send: (event: Volatile<Json>) => void,
) {
  const addresses = Addresses.from(settings, systemClock, systemChance, (error) => {
    log.warn({ err: error }, 'an address was not found');
  });
  const stations = new NearestStations(opened.views, { collection: stationsCollection.name, index: 'name' });
  const pickups = new Pickups(opened.views, (driver) => {
    positions.changed(driver);
  });
  const take = (rows: readonly Row[]): void => {
    stations.onRows(rows);
    pickups.onRows(rows);
  };
  const views = watchViews(opened.views, (rows) => {
    take(rows);
    addresses?.onRows(rows);
    const shared = rows.filter(({ collection }) => kept.has(collection));
    if (shared.length > 0) others.tell(ROWS, shared as unknown as Json);
  });
  others.hear(ROWS, (rows) => {
    take(rows as unknown as readonly Row[]);
  });
  others.onBack(() => {
    Promise.all([stations.load(), pickups.load()]).catch((error: unknown) => {
      log.error({ err: error }, 'what other nodes wrote meanwhile could not be read');
    });
  });
  const positions = new Positions({
    views,
    clock: systemClock,
    others,
    send,
    hasPickup: (driver: string) => pickups.has(driver),
    onError: (error) => {
      log.error({ err: error }, 'positions could not be written; they are written again with the next');
    },
  });
  return { store: { ...opened, views }, geo: { stations, pickups, positions }, addresses };
}

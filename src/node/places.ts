/** What a node keeps in memory beside its views: where stations, cars and pick-ups are, and addresses. */
import { systemChance, systemClock } from '../actors/runtime/clock.js';
import type { Volatile } from '../actors/runtime/committed.js';
import { stationsCollection } from '../actors/station/views.js';
import type { Settings } from '../config.js';
import { Addresses } from '../gateway/geo/addresses.js';
import { Pickups } from '../gateway/geo/pickups.js';
import { Positions } from '../gateway/geo/positions.js';
import { NearestStations } from '../gateway/geo/stations.js';
import { watchViews } from '../gateway/geo/watch.js';
import type { Log } from '../gateway/log.js';
import type { Json, Store } from '../store/ports.js';

/** The store, with the stations and pick-ups that are kept in memory beside its views, and the positions of cars. */
export function placesBeside(opened: Store, settings: Settings, log: Log, send: (event: Volatile<Json>) => void) {
  const addresses = Addresses.from(settings, systemClock, systemChance, (error) => {
    log.warn({ err: error }, 'an address was not found');
  });
  const stations = new NearestStations(opened.views, { collection: stationsCollection.name, index: 'name' });
  const pickups = new Pickups(opened.views, (driver) => {
    positions.changed(driver);
  });
  const views = watchViews(opened.views, (rows) => {
    stations.onRows(rows);
    pickups.onRows(rows);
    addresses?.onRows(rows);
  });
  const positions = new Positions({
    views,
    clock: systemClock,
    send,
    hasPickup: (driver: string) => pickups.has(driver),
    onError: (error) => {
      log.error({ err: error }, 'positions could not be written; they are written again with the next');
    },
  });
  return { store: { ...opened, views }, geo: { stations, pickups, positions }, addresses };
}

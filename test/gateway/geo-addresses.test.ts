import t from 'tap';

import { Addresses } from '../../src/gateway/geo/addresses.js';
import { Geocoder, type GeocoderProvider } from '../../src/gateway/geo/geocoder.js';
import type { Row } from '../../src/store/ports.js';
import { City } from '../jobs/verify-city.js';
import { seeded, seededChance } from '../support/virtual-clock.js';

const settings = { geocoder: 'off', geocoderServer: '', geocoderKey: '', geocoderLanguage: 'en' } as const;

/** A station at a place, its row as it is without an address. */
async function register(city: City, id: string, lon: number): Promise<Row> {
  await city.ask(`station:${id}`, 'register', { name: id, lon, lat: 31 }, 'platform:ops');
  return { collection: 'stations', id, version: 1, fields: { lon, lat: 31, address: '' } };
}

async function addressOf(city: City, id: string): Promise<unknown> {
  const answer = await city.clock.settle(city.system.read(`station:${id}`, 'page', {}, 'driver:dr_1'));
  return (
    'unstored' in answer || !answer.value.outcome.ok || (answer.value.outcome.value as { address: string }).address
  );
}

function open(city: City, find: GeocoderProvider['addressOf']) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const provider: GeocoderProvider = { addressOf: find, placeOf: () => Promise.resolve(undefined) };
  const geocoder = new Geocoder({ provider, onError });
  const addresses = new Addresses(geocoder, city.clock, seededChance(seeded(1)), onError);
  t.teardown(() => addresses.close());
  return { addresses, errors };
}

t.test('stations without an address get theirs, one after the other, those known at the start first', async (t) => {
  const city = new City();
  const asked: number[] = [];
  const { addresses } = open(city, ({ lon }) => {
    asked.push(lon);
    return Promise.resolve(`Street ${lon}`);
  });
  const [early, late] = [await register(city, 'st_1', 121), await register(city, 'st_2', 122)];
  addresses.begin(city.system, [early]);
  addresses.onRows([late, late]);
  await city.clock.advance(500);
  t.same(asked, [121], 'a pause lies between two look-ups');
  t.equal(await addressOf(city, 'st_1'), 'Street 121');
  await city.clock.advance(1_500);
  t.equal(await addressOf(city, 'st_2'), 'Street 122');
  addresses.onRows([late]);
  await city.clock.advance(5_000);
  t.same(asked, [121, 122], 'a place is asked for once');
});

t.test('what the platform says stands: an address that was given, a station that was moved', async (t) => {
  const city = new City();
  const { addresses } = open(city, ({ lon }) => Promise.resolve(`Street ${lon}`));
  const [given, moved] = [await register(city, 'st_1', 121), await register(city, 'st_2', 122)];
  const place = { name: 'st_1', lon: 121, lat: 31, address: 'Its own' };
  await city.ask('station:st_1', 'register', place, 'platform:ops');
  await city.ask('station:st_2', 'register', { ...place, name: 'st_2', lon: 123, address: '' }, 'platform:ops');
  addresses.begin(city.system, [given, moved]);
  await city.clock.advance(5_000);
  t.equal(await addressOf(city, 'st_1'), 'Its own');
  t.equal(await addressOf(city, 'st_2'), '');
});

t.test('only a job gives an address, and only to a station', async (t) => {
  const city = new City();
  await register(city, 'st_1', 121);
  const input = { lon: 121, lat: 31, address: 'Mine' };
  t.same(await city.ask('station:st_1', 'setAddress', input, 'station:st_1'), { refused: 'not_allowed' });
  t.same(await city.ask('station:st_9', 'setAddress', input, 'system:geocoder'), { refused: 'unknown_station' });
  t.same(await city.ask('station:st_1', 'setAddress', { ...input, address: '' }, 'system:geocoder'), {
    refused: 'bad_input',
  });
});

t.test('a provider that fails costs a station its address, and nobody else anything', async (t) => {
  const city = new City();
  const { addresses, errors } = open(city, ({ lon }) =>
    lon === 121 ? Promise.reject(new Error('busy')) : Promise.resolve('There'),
  );
  const rows = [await register(city, 'st_1', 121), await register(city, 'st_2', 122)];
  addresses.begin(city.system, rows);
  await city.clock.advance(5_000);
  t.match(errors, [{ message: 'busy' }]);
  t.equal(await addressOf(city, 'st_1'), '');
  t.equal(await addressOf(city, 'st_2'), 'There');
});

t.test('the settings say who is asked, or that nobody is', async (t) => {
  const { clock } = new City();
  const from = (more: object) =>
    Addresses.from({ ...settings, ...more }, clock, seededChance(seeded(1)), () => undefined);
  t.equal(from({}), undefined);
  t.ok(from({ geocoder: 'amap', geocoderKey: 'k' }) instanceof Addresses);
  t.ok(from({ geocoder: 'openstreetmap' }) instanceof Addresses);
});

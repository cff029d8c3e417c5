import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import t, { type Test } from 'tap';

import { amap } from '../../src/gateway/geo/amap.js';
import { Geocoder, type GeocoderOptions, type GeocoderProvider } from '../../src/gateway/geo/geocoder.js';
import { openStreetMap } from '../../src/gateway/geo/openstreetmap.js';

type Answer = (url: URL, response: ServerResponse) => void;

/** A provider on the loopback, and what it was asked. */
async function serve(t: Test, answer: Answer) {
  const asked: { url: URL; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    asked.push({ url, headers: request.headers });
    answer(url, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(
    () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  );
  return { asked, server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function open(provider: GeocoderProvider | undefined, more: Partial<GeocoderOptions> = {}) {
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push(String(error));
  return { errors, geocoder: new Geocoder({ provider, onError, ...more }) };
}

const json =
  (body: unknown): Answer =>
  (_url, response) =>
    void response.end(JSON.stringify(body));
const SQUARE = { lon: 121.4737, lat: 31.2304 };

t.test('openstreetmap: an address from coordinates and back', async (t) => {
  const { server, asked } = await serve(t, (url, response) => {
    const found = { lat: '31.2304', lon: '121.4737', display_name: '人民广场, 上海市', address: { city: '上海市' } };
    response.end(JSON.stringify(url.pathname === '/reverse' ? found : [found]));
  });
  const { geocoder } = open(openStreetMap({ server: `${server}/`, language: 'zh-CN' }));
  t.equal(await geocoder.addressOf(SQUARE), '人民广场, 上海市');
  t.same(await geocoder.placeOf(' 人民广场 '), { ...SQUARE, address: '人民广场, 上海市' });
  t.equal(asked[0]?.url.searchParams.get('lat'), '31.2304');
  t.equal(asked[1]?.url.searchParams.get('q'), '人民广场');
  t.equal(asked[1]?.url.searchParams.get('accept-language'), 'zh-CN');
  t.equal(asked[1]?.headers['user-agent'], 'backseat');
});

t.test('openstreetmap: nothing there is no error, and a refusal is', async (t) => {
  const none = await serve(t, json([]));
  const empty = open(openStreetMap({ server: none.server, language: 'en' }));
  t.equal(await empty.geocoder.placeOf('Nowhere'), undefined);
  t.same(empty.errors, []);
  const refused = await serve(t, json({ error: 'Unable to geocode' }));
  const wrong = open(openStreetMap({ server: refused.server, language: 'en' }));
  t.equal(await wrong.geocoder.addressOf(SQUARE), undefined);
  t.match(wrong.errors, [/Unable to geocode/]);
});

t.test('amap: coordinates leave in its datum and come back in ours', async (t) => {
  const { server, asked } = await serve(t, (url, response) => {
    const body = url.pathname.endsWith('/regeo')
      ? { regeocode: { formatted_address: '上海市黄浦区人民大道' } }
      : { geocodes: [{ formatted_address: '上海市黄浦区', location: asked[0]?.url.searchParams.get('location') }] };
    response.end(JSON.stringify({ status: '1', info: 'OK', ...body }));
  });
  const { geocoder } = open(amap({ server, key: 'amap-key' }));
  t.equal(await geocoder.addressOf(SQUARE), '上海市黄浦区人民大道');
  const [lon = 0, lat = 0] = (asked[0]?.url.searchParams.get('location') ?? '').split(',').map(Number);
  t.ok(Math.abs(lon - 121.4782) < 0.0005 && Math.abs(lat - 31.2285) < 0.0005, `${lon},${lat} is GCJ-02`);
  t.equal(asked[0]?.url.searchParams.get('key'), 'amap-key');
  const place = await geocoder.placeOf('人民广场');
  t.equal(place?.address, '上海市黄浦区');
  t.ok(Math.abs((place?.lon ?? 0) - SQUARE.lon) < 1e-5 && Math.abs((place?.lat ?? 0) - SQUARE.lat) < 1e-5);
});

t.test('amap: an empty address is none, a refusal is told without the key', async (t) => {
  const none = await serve(t, json({ status: '1', regeocode: { formatted_address: [] }, geocodes: [] }));
  const empty = open(amap({ server: none.server, key: 'amap-key' }));
  t.equal(await empty.geocoder.addressOf(SQUARE), undefined);
  t.equal(await empty.geocoder.placeOf('Nowhere'), undefined);
  t.same(empty.errors, []);
  const refused = await serve(t, json({ status: '0', info: 'INVALID_USER_KEY' }));
  const wrong = open(amap({ server: refused.server, key: 'amap-key' }));
  t.equal(await wrong.geocoder.addressOf(SQUARE), undefined);
  t.match(wrong.errors, [/INVALID_USER_KEY/]);
  t.notMatch(wrong.errors, [/amap-key/]);
});

t.test('what was found, and that nothing is there, is asked once', async (t) => {
  let asked = 0;
  const { geocoder } = open({
    addressOf: async () => (asked++ === 0 ? 'Square' : undefined),
    placeOf: async () => {
      asked++;
      return undefined;
    },
  });
  for (let i = 0; i < 3; i++) {
    t.equal(await geocoder.addressOf({ lon: SQUARE.lon + i * 1e-6, lat: SQUARE.lat }), 'Square');
    t.equal(await geocoder.placeOf('Nowhere'), undefined);
  }
  t.equal(asked, 2);
});

t.test('no more answers are remembered than allowed', async (t) => {
  let asked = 0;
  const provider = { addressOf: async () => `${++asked}`, placeOf: async () => undefined };
  const { geocoder } = open(provider, { remember: 2 });
  for (const lon of [1, 2, 3]) await geocoder.addressOf({ lon, lat: 0 });
  t.equal(await geocoder.addressOf({ lon: 3, lat: 0 }), '3');
  t.equal(await geocoder.addressOf({ lon: 1, lat: 0 }), '4', 'the oldest was forgotten');
});

for (const name of ['openstreetmap', 'amap'] as const) {
  t.test(`${name}: silent or broken, a look-up ends in time, finds nothing, and is asked again`, async (t) => {
    let silent = true;
    const { server } = await serve(t, (_url, response) => {
      if (!silent) response.end('<html>busy</html>');
    });
    const provider = name === 'amap' ? amap({ server, key: 'k' }) : openStreetMap({ server, language: 'en' });
    const { geocoder, errors } = open(provider, { timeoutMs: 30 });
    t.equal(await geocoder.addressOf(SQUARE), undefined);
    t.equal(errors.length, 1);
    silent = false;
    t.equal(await geocoder.addressOf(SQUARE), undefined);
    t.equal(errors.length, 2);
  });
}

t.test('look-ups at once are bounded', async (t) => {
  const answers: ((address: string) => void)[] = [];
  const provider: GeocoderProvider = {
    addressOf: () => new Promise((answer) => answers.push(answer)),
    placeOf: async () => undefined,
  };
  const { geocoder } = open(provider, { atOnce: 2 });
  const asked = [1, 2, 3].map((lon) => geocoder.addressOf({ lon, lat: 0 }));
  t.equal(await asked[2], undefined);
  for (const answer of answers) answer('there');
  t.same(await Promise.all(asked), ['there', 'there', undefined]);
});

t.test('off: nothing is found and nobody is asked', async (t) => {
  const { geocoder, errors } = open(undefined);
  t.equal(await geocoder.addressOf(SQUARE), undefined);
  t.equal(await geocoder.placeOf('Square'), undefined);
  t.same(errors, []);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import t from 'tap';

import { errors } from '../../src/errors.js';
import { contract } from '../../src/gateway/contract/index.js';
import { streams, volatileEvents } from '../../src/gateway/contract/streams/index.js';
import { errorsOf } from '../../src/gateway/docs/about.js';
import { asyncApi } from '../../src/gateway/docs/asyncapi.js';
import { openApi } from '../../src/gateway/docs/openapi.js';
import { openHouse } from '../support/house.js';
import { errorsTable, root, tableOn } from '../support/pages.js';

const http = JSON.parse(JSON.stringify(openApi(contract, '1.2.3'))) as Node;
const sockets = JSON.parse(JSON.stringify(asyncApi({ contract, streams, volatileEvents }, '1.2.3'))) as Node;

interface Node {
  readonly [key: string]: Node;
}

t.test('docs/errors.md lists the codes of the registry', async (t) => {
  t.equal(tableOn('docs/errors.md', errorsTable()), errorsTable(), 'UPDATE=1 before this test writes the page');
});

t.test('each code of the registry is used somewhere', async (t) => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'errors.ts')
    .map((path) => readFileSync(join(root, 'src', path), 'utf8'))
    .join('\n');
  for (const code of Object.keys(errors)) t.match(sources, new RegExp(`['"\`]${code}['"\`]`), code);
});

t.test('the HTTP page has every request, with its errors by status', async (t) => {
  for (const [name, declaration] of Object.entries(contract)) {
    const post = http['paths']?.[`/api/v1/${name}`]?.['post'];
    if (!post) {
      t.fail(`${name} is missing`);
      continue;
    }
    t.equal(post['operationId'], name);
    t.equal(post['parameters'] !== undefined, declaration.kind === 'command', `${name}: commands take an id`);
    for (const code of errorsOf(declaration)) {
      t.match(post['responses']?.[String(errors[code].status)]?.['description'], code, `${name}: ${code}`);
    }
  }
});

t.test('the socket page has every request, stream, push and volatile event', async (t) => {
  for (const name of [...Object.keys(contract), 'stream.follow', 'stream.leave']) {
    t.ok(sockets['channels']?.[name]?.['messages']?.['request'], name);
    t.equal(sockets['operations']?.[name]?.['action'], 'receive');
  }
  for (const { kind, channel, pushes } of streams) {
    const messages = sockets['channels']?.[`${kind}:{key}/${channel}`]?.['messages'];
    t.same(Object.keys(messages ?? {}), Object.keys(pushes), `${kind} ${channel}`);
  }
  for (const name of Object.keys(volatileEvents)) t.ok(sockets['channels']?.[`volatile ${name}`], name);
});

t.test('every reference of the socket page leads somewhere', async (t) => {
  const references = [...JSON.stringify(sockets).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, path = '']) => path);
  t.ok(references.length > 100);
  for (const reference of new Set(references)) {
    const parts = decodeURI(reference).split('/').slice(1);
    const found = parts.reduce<Node | undefined>(
      (node, part) => node?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
      sockets,
    );
    t.ok(found, reference);
  }
});

t.test('each rule is told in words', async (t) => {
  const slot = http['paths']?.['/api/v1/sale.place']?.['post']?.['requestBody']?.['content'];
  const properties = slot?.['application/json']?.['schema']?.['properties'];
  t.equal(properties?.['lines']?.['items']?.['properties']?.['slot']?.['description'], 'a slot’s number, 1 to 99');
});

t.test('the pages are served', async (t) => {
  const house = await openHouse(t);
  for (const [path, type, word] of [
    ['/docs', 'text/html', 'swagger'],
    ['/docs/sockets', 'text/html', 'sale.place'],
    ['/docs/openapi.json', 'application/json', '"openapi":"3.1.0"'],
    ['/docs/asyncapi.json', 'application/json', '"asyncapi":"3.0.0"'],
  ] as const) {
    const response = await fetch(house.url + path);
    t.equal(response.status, 200, path);
    t.match(response.headers.get('content-type'), type, path);
    t.ok((await response.text()).includes(word), `${path} has ${word}`);
  }
});

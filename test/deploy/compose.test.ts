/**
 * The compose files: by the Compose Specification's own schema (compose-spec/compose-spec.json, of compose-go 2.16.2),
 * and what must agree between services. Docker itself is not asked.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';

import { readSettings, settingLines } from '../../src/config.js';
import { root } from '../support/pages.js';
import { composeOf, textOf } from './files.js';

const cluster = composeOf('docker-compose.yml');
const single = composeOf('docker-compose.single.yml');
const files = Object.entries({ 'docker-compose.yml': cluster, 'docker-compose.single.yml': single });
const nodes = ['node1', 'node2', 'node3'];
const members = ['mongo1', 'mongo2', 'mongo3'];

/** Compose checks durations when it reads them. */
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { duration: true } });
const fits = ajv.compile(JSON.parse(textOf('test/deploy/compose-spec/compose-spec.json')) as object);

t.test('the files are what the Compose Specification asks for', async (t) => {
  for (const [path, file] of files) {
    fits(file);
    t.same(fits.errors ?? [], [], path);
  }
  t.notOk(fits({ ...single, services: { backseat: { ...single.services['backseat'], helthcheck: {} } } }));
});

t.test('every folder and file that is mounted is there, and every volume declared', async (t) => {
  for (const [path, { services, volumes }] of files) {
    for (const [name, { volumes: mounts = [] }] of Object.entries(services)) {
      for (const mount of mounts) {
        const [from = ''] = mount.split(':');
        t.ok(from.startsWith('.') ? existsSync(join(root, from)) : from in volumes, `${path}: ${name} mounts ${from}`);
      }
    }
  }
});

t.test('a node takes the settings that it is given, and all nodes are given the same', async (t) => {
  const known = new Set(settingLines().map(({ env }) => env));
  const others = Object.keys(cluster.services['sandbox']?.environment ?? {});
  for (const name of nodes) {
    const given = cluster.services[name]?.environment ?? {};
    t.same(given, cluster.services['node1']?.environment, name);
    for (const env of Object.keys(given)) t.ok(known.has(env) || others.includes(env), env);
    const secrets = { BACKSEAT_TOKEN_SECRET: 'x'.repeat(32), BACKSEAT_SANDBOX_SECRET: 'x'.repeat(32) };
    const url = (env: string) => (given[env] ?? '').replace(/\$\{[^}]*\}/g, 'secret');
    const env = { ...given, ...secrets, MONGO_URL: url('MONGO_URL'), REDIS_URL: url('REDIS_URL') };
    t.equal(readSettings(env).proxies, 1, 'HAProxy is the one proxy that is believed');
  }
  t.equal(
    readSettings({ ...single.services['backseat']?.environment, BACKSEAT_ADMIN_PASSWORD: 'x'.repeat(8) }).proxies,
    0,
  );
});

t.test('secrets of other services are not shown to the nodes', async (t) => {
  const given = cluster.services['node1']?.environment ?? {};
  for (const name of ['MONGO_KEY', 'MONGO_ADMIN_PASSWORD', 'GRAFANA_PASSWORD']) t.equal(given[name], '', name);
});

t.test('HAProxy, Prometheus and MongoDB are told of the same nodes and members', async (t) => {
  const servers = [...textOf('deploy/haproxy.cfg').matchAll(/^ {2}server (\S+) (\S+):3000$/gm)];
  t.same(
    servers.map(([, name, host]) => [name, host]),
    nodes.map((name) => [name, name]),
  );
  for (const node of nodes) t.match(textOf('deploy/prometheus/prometheus.yml'), `${node}:3000`);
  const init = cluster.services['mongo-init'];
  t.equal(init?.environment?.['MONGO_MEMBERS'], members.join(','));
  const set = /--replSet (\S+)/.exec(textOf('deploy/mongo/start.sh'))?.[1] ?? '';
  t.match(textOf('deploy/mongo/init.js'), `_id: '${set}'`);
  t.match(cluster.services['node1']?.environment?.['MONGO_URL'], `@${members.join(',')}/backseat?replicaSet=${set}`);
});

t.test('nothing but the service, and Grafana on this machine, can be reached from outside', async (t) => {
  const open = Object.entries(cluster.services).filter(([, { ports }]) => ports !== undefined);
  t.same(
    open.map(([name, { ports }]) => [name, ports]),
    [
      ['haproxy', ['${PUBLISH:-3000}:8080']],
      ['grafana', ['127.0.0.1:${PUBLISH_GRAFANA:-3001}:3000']],
    ],
  );
});

t.test(
  'every service that stays has limits, starts again by itself, and cannot fill the disk with its log',
  async (t) => {
    for (const [path, { services }] of files) {
      for (const [name, service] of Object.entries(services)) {
        t.match(service, { deploy: { resources: { limits: { memory: String } } } }, `${path}: ${name}`);
        t.match(service, { logging: { options: { 'max-size': '10m' } }, cap_drop: ['ALL'] }, `${path}: ${name}`);
        t.match(service['restart'], /^(unless-stopped|on-failure:10)$/, `${path}: ${name}`);
      }
    }
  },
);

t.test('Prometheus and Grafana come only when they are asked for', async (t) => {
  const profiled = Object.entries(cluster.services).filter(([, { profiles }]) => profiles !== undefined);
  t.same(
    profiled.map(([name, { profiles }]) => [name, profiles]),
    [
      ['prometheus', ['metrics']],
      ['grafana', ['metrics']],
    ],
  );
});

/** The dashboard and the alerts ask for numbers that a node has. */
import t from 'tap';
import { parse } from 'yaml';

import { startNode } from '../jobs/node.js';
import { composeOf, textOf } from './files.js';

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly definition: string }[] };
}
interface Alerts {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const dashboard = JSON.parse(textOf('deploy/grafana/dashboards/backseat.json')) as Dashboard;
const alerts = parse(textOf('deploy/prometheus/alerts.yml')) as Alerts;
const questions = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...dashboard.templating.list.map(({ definition }) => ['variable', definition] as const),
  ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
];

/** What a page of metrics declares: its names, those of a histogram's parts too. */
function namesOn(page: string): ReadonlySet<string> {
  const parts = { histogram: ['_bucket', '_sum', '_count'], counter: [''], gauge: [''] };
  const declared = [...page.matchAll(/^# TYPE (\S+) (histogram|counter|gauge)$/gm)];
  return new Set(
    declared.flatMap(([, name, type]) => parts[type as keyof typeof parts].map((part) => `${name}${part}`)),
  );
}

function namesIn(question: string): readonly string[] {
  return question.match(/backseat_[a-z_]+/g) ?? [];
}

t.test('every number that the dashboard and the alerts ask for is on the page of a node', async (t) => {
  const { url } = await startNode(t);
  const names = namesOn(await (await fetch(`${url}/metrics`)).text());
  for (const [where, question] of questions) {
    for (const name of namesIn(question)) t.ok(names.has(name), `${where}: ${name}`);
  }
  const shown = new Set(questions.flatMap(([, question]) => namesIn(question)));
  for (const name of names) {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    t.ok(
      [...shown].some((one) => one.startsWith(base)),
      `${name} is shown somewhere`,
    );
  }
});

t.test('every panel asks for something, and Grafana finds both the source and the page', async (t) => {
  const rows = dashboard.panels.filter(({ targets }) => targets === undefined);
  t.ok(questions.every(([where, question]) => namesIn(question).length > 0 || where === 'NodeGone'));
  t.ok(rows.length < dashboard.panels.length / 2);
  const sources = parse(textOf('deploy/grafana/provisioning/datasources/prometheus.yml')) as object;
  t.match(sources, { datasources: [{ uid: 'prometheus', url: 'http://prometheus:9090' }] });
  t.match(textOf('deploy/grafana/dashboards/backseat.json'), '"uid": "prometheus"');
  const provider = parse(textOf('deploy/grafana/provisioning/dashboards/backseat.yml')) as object;
  t.match(provider, { providers: [{ options: { path: '/etc/grafana/dashboards' } }] });
  const { volumes = [] } = composeOf('docker-compose.yml').services['grafana'] ?? {};
  t.ok(volumes.includes('./deploy/grafana/dashboards:/etc/grafana/dashboards:ro'));
});

/** Numbers of a node that are read when Prometheus asks: of its engine, of the cluster, of the process. */
import { performance } from 'node:perf_hooks';
import type { System } from '../actors/runtime/system.js';
import type { Metrics } from '../gateway/metrics.js';
import type { Store } from '../store/ports.js';
import type { Together } from './together.js';

const ofEngine = [
  ['active', 'Actors in memory'],
  ['loading', 'Actors whose past waits to be read'],
  ['waiting', 'Commands and messages that wait, and turns that are not stored'],
  ['undurable', 'Turns that are not stored'],
  ['rows', 'Rows that are not in the views yet'],
  ['parked', 'Actors that are set aside, because they cannot read their past'],
] as const;

const ofCluster = [
  ['nodes', 'Nodes that live, as this one sees it'],
  ['asked', 'Requests to other nodes that wait for a reply'],
  ['redis', 'Whether Redis answers; 0 on a node that is alone'],
] as const;

/** Puts them on the metrics page. */
export function watchGauges(
  metrics: Pick<Metrics, 'watch' | 'watchTotal'>,
  system: Pick<System, 'gauges'>,
  together: Pick<Together, 'gauges'>,
  store: Pick<Store, 'buffers'>,
): void {
  for (const [name, about] of ofEngine) metrics.watch(`backseat_${name}`, about, () => system.gauges()[name]);
  for (const [name, about] of ofCluster) {
    metrics.watch(`backseat_cluster_${name}`, about, () => together.gauges()[name]);
  }
  metrics.watch('backseat_resident_bytes', 'Memory of the process', () => process.memoryUsage.rss());
  metrics.watch('backseat_store_bytes', 'Of it, buffers and caches of the embedded store', () => store.buffers());
  metrics.watchTotal('backseat_cpu_seconds_total', 'Processor time of the process, all threads', () => {
    const { user, system: kernel } = process.cpuUsage();
    return (user + kernel) / 1e6;
  });
  const about = 'Time in which the main thread worked; a node that gains one second a second is full';
  metrics.watchTotal('backseat_loop_busy_seconds_total', about, () => performance.eventLoopUtilization().active / 1e3);
}

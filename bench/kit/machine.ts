/** What the numbers were measured on. */
import { cpus, loadavg, release, totalmem } from 'node:os';

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  /** Load average of the last minute when the run began: above the number of cores the numbers mean little. */
  readonly loadBefore: number;
  readonly at: string;
};

export function machine(now: Date): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()}`,
    node: process.version,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
    at: now.toISOString(),
  };
}

/** The same town as ours (bench/town): devices of drivers, stocked and online, and passengers with money. */
import type { TownPlan } from '../../town/index.js';
import { CURRENCY, DEPOT as STATION } from '../../town/names.js';
import type { Postgres } from './postgres.js';

/** The id of a passenger, and of a driver, by number. */
export function passengerId(number: number): string {
  return `p_${number}`;
}

export function driverId(number: number): string {
  return `dr_${number}`;
}

/** Fills the tables. */
export async function seed(postgres: Postgres, plan: TownPlan): Promise<void> {
  const { devices, perDriver, slots, units, passengers } = plan;
  const drivers = Math.ceil(devices / perDriver);
  await postgres.run(
    `INSERT INTO devices SELECT 'd_' || lpad(i::text, 6, '0'), 'Car ' || i, 'dr_' || i / ${perDriver}, '${CURRENCY}', 1000, true
     FROM generate_series(0, ${devices - 1}) i`,
    `INSERT INTO slots SELECT d.id, s, 'pr_' || s, 'Product ' || s, ${units}, 0, 300
     FROM devices d, generate_series(1, ${slots}) s`,
    `INSERT INTO wallets SELECT 'p_' || i, '${CURRENCY}', 10000000000 FROM generate_series(0, ${passengers - 1}) i`,
    `INSERT INTO wallets SELECT 'dr_' || i, '${CURRENCY}', 10000000000 FROM generate_series(0, ${drivers - 1}) i`,
    `INSERT INTO wallets VALUES ('${STATION}', '${CURRENCY}', 0)`,
    `INSERT INTO shelves SELECT '${STATION}', 'pr_' || s, 1000000, 0, 1 FROM generate_series(1, ${slots}) s`,
    'VACUUM ANALYZE',
    'CHECKPOINT',
  );
}

/**
 * `npm run soak -- [--minutes 20] [--json]`: finds the top rate of whole sales, holds 70 % of it for so many minutes,
 * and looks at the server every ten seconds. Exit code 1 when its memory or the p99 of a sale does not stay flat, or
 * the rate is not held.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Child } from './kit/child.js';
import { Ends } from './kit/ends.js';
import { cloneStore, withFolder } from './kit/folders.js';
import { machine } from './kit/machine.js';
import { Served } from './kit/serve.js';
import { head } from './kit/table.js';
import { bestTransport } from './kit/transports.js';
import type { LoadTasks } from './processes/load.js';
import { judgeSoak, SAMPLE_MS, soakTable, type Sample } from './soak/judge.js';
import { STREET_SLOTS, town } from './town/fleets.js';

/** Of the top rate. */
const SHARE = 0.7;
const PASSENGERS = 64;
/** With as many units as are sold in some hours. */
const DEVICES = 256;
/** Sales under way while the top rate is looked for, in steps, each so long, ms; the best one is then held. */
const IN_FLIGHT = [64, 256, 512];
const STEP_MS = 6_000;
/** The top rate is what is held for so long, ms: LevelDB puts off for some ten seconds what it has to merge. */
const TOP_MS = 60_000;
/** Everything that is made once is made by then: part of the whole, and at least, ms. */
const SETTLE_SHARE = 0.1;
const SETTLE_MS = 30_000;

const { minutes, json } = read();
const say = json ? console.error : console.log;
const about = machine(new Date());
say(head(about));

await withFolder((folder) =>
  Ends.with(async (ends) => {
    const data = join(folder, 'data');
    const plan = {
      devices: DEVICES,
      perDriver: 10,
      slots: STREET_SLOTS,
      units: 999,
      passengers: PASSENGERS,
      sellsOneIn: 0,
    };
    await cloneStore(await town(plan), data);
    const [server, load] = await ends.all([Served.start(data, bestTransport()), Child.start<LoadTasks>('load')]);
    const most = Math.max(...IN_FLIGHT);
    const streets = { devices: DEVICES, passengers: PASSENGERS, slots: STREET_SLOTS, chains: most };
    await load.ask('shoppers', { url: server.url, streets });
    let best = { chains: 0, perSecond: 0 };
    for (const chains of IN_FLIGHT) {
      const { perSecond } = await load.ask('someSales', { chains, forMs: STEP_MS });
      say(`${chains} sales under way: ${perSecond.toFixed(0)} sales/s`);
      if (perSecond > best.perSecond) best = { chains, perSecond };
    }
    const { perSecond: top } = await load.ask('someSales', { chains: best.chains, forMs: TOP_MS });
    say(`${best.chains} sales under way for a minute: ${top.toFixed(0)} sales/s`);
    const rate = SHARE * top;
    const wholeMs = minutes * 60_000;
    say(`held for ${minutes} minutes: ${rate.toFixed(0)} sales/s\n`);
    await load.ask('steadySales', { perSecond: rate, forMs: Math.max(SETTLE_MS, SETTLE_SHARE * wholeMs) });
    await server.pulse();
    const samples: Sample[] = [];
    for (let at = 0; at < wholeMs; at += SAMPLE_MS) {
      const sold = await load.ask('steadySales', { perSecond: rate, forMs: SAMPLE_MS });
      const { rss, lagMs } = await server.pulse();
      const gauges = await server.gauges(['waiting', 'undurable', 'rows', 'active']);
      samples.push({ at: at + SAMPLE_MS, rss, lagMs, ...sold, ...gauges });
    }
    const verdict = judgeSoak(samples, rate);
    say(soakTable(samples));
    say(`\n${verdict.text}`);
    if (json) console.log(JSON.stringify({ machine: about, minutes, top, rate, samples, verdict }, null, 2));
    if (!verdict.flat) process.exitCode = 1;
  }),
);

function read(): { readonly minutes: number; readonly json: boolean } {
  try {
    const options = { minutes: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } } as const;
    const { values } = parseArgs({ options });
    const minutes = Number(values.minutes);
    if (!(minutes >= 1 && minutes <= 1_440)) throw new RangeError('--minutes must be 1 to 1440');
    return { minutes, json: values.json };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

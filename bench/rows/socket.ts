/** What socket-ws and socket-uws share: one durable command beside an echo, on the same transport, in turn. */
import { beside } from '../kit/beside.js';
import { inTurn } from '../kit/rounds.js';
import { atLeast, type Absent, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { uwsIsHere } from '#built/gateway/transport/uws-binary.js';
import type { SocketLoad } from '../processes/load.js';
import { street } from '../town/fleets.js';

export function socketRow(id: string, transport: 'node' | 'uws', text: string): Row {
  return {
    id,
    name: `Socket: one durable command over ${text}`,
    unit: 'commands/s',
    referenceName: `bare socket.io echo over ${text}`,
    aim: atLeast(0.7),
    leavesOut:
      'A network: all runs on one machine, and the load, which is socket.io-client on both sides, takes a core of it. ' +
      'Log-in, which is done before. The limits on accounts and addresses are set high, because one machine plays all.',
    run: (sizes) => measure(transport, sizes),
  };
}

async function measure(transport: 'node' | 'uws', sizes: Sizes): Promise<Measured | Absent> {
  if (transport === 'uws' && !uwsIsHere())
    return { absent: `uWebSockets.js has no binary for Node ${process.version}` };
  return besideEcho(transport, sizes);
}

/** The same load on both; the echo appends what it hears to `file` first, where there is one. */
export async function besideEcho(transport: 'node' | 'uws', sizes: Sizes, file?: string): Promise<Measured> {
  const { rounds, warmMs, measureMs, sockets, inFlight, devices } = sizes;
  return beside(await street(sizes), transport, async ({ ours, ourLoad, bare, bareUrl, bareLoad }) => {
    if (file !== undefined) await bare.ask('keep', file);
    const load: SocketLoad = { inFlight, devices, warmMs, measureMs };
    await ourLoad.ask('passengers', { url: ours.url, passengers: sockets, devices });
    await bareLoad.ask('bare', { url: bareUrl, sockets });
    await ourLoad.ask('commands', load);
    await bareLoad.ask('echoes', load);
    const found = await inTurn(
      rounds,
      () => ourLoad.ask('commands', load),
      () => bareLoad.ask('echoes', load),
    );
    return {
      ...found,
      load: `${sockets} sockets, ${sockets * inFlight} commands in flight, every batch synced (fsync)`,
    };
  });
}

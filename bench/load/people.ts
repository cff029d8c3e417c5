/** People and devices of the town, connected to a server of ours. */
import type { Socket } from 'socket.io-client';

import { deviceId, keyOf, PASSWORD, passengerName } from '../town/names.js';
import { connectAll, type Ack } from './sockets.js';

/** An access token, and who it is of. */
interface LoggedIn {
  readonly access: string;
  readonly subject: string;
}

export interface Passenger {
  readonly socket: Socket;
  /** `p_…` */
  readonly key: string;
}

/** Logs someone in over HTTP. */
export async function logIn(url: string, name: string): Promise<LoggedIn> {
  const response = await fetch(`${url}/api/v1/auth.logIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `bench.${name}.${Date.now()}` },
    body: JSON.stringify({ name, password: PASSWORD }),
  });
  const ack = (await response.json()) as Ack<LoggedIn>;
  if (!ack.ok) throw new Error(`log-in of ${name}: ${ack.error.message}`);
  return ack.value;
}

/** The first passengers of the town. One after the other: each password takes the server some 30 ms of a core. */
export async function connectPassengers(url: string, count: number): Promise<Passenger[]> {
  const people: LoggedIn[] = [];
  for (let i = 0; i < count; i++) people.push(await logIn(url, passengerName(i)));
  const sockets = await connectAll(
    url,
    people.map(({ access: token }) => ({ token })),
  );
  return sockets.map((socket, i) => {
    const subject = people[i]?.subject ?? '';
    return { socket, key: subject.slice(subject.indexOf(':') + 1) };
  });
}

/** The devices of the town from number `from` to before `to`. */
export function connectDevices(url: string, to: number, from = 0): Promise<Socket[]> {
  const ids = Array.from({ length: to - from }, (_, i) => deviceId(from + i));
  return connectAll(
    url,
    ids.map((device) => ({ device, key: keyOf(device) })),
  );
}

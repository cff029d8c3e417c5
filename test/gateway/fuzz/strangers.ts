/** One of each role, let in with things of its own, who may then ask whatever a fuzzer makes up. */
import type { Socket } from 'socket.io-client';

import type { Ack } from '../../../src/gateway/answer.js';
import { connected } from '../../support/house.js';
import type { Asking } from '../../support/town.js';

interface Stranger {
  readonly role: Asking;
  readonly socket: Socket;
  /** What HTTP hears of who asks; none for a guest. */
  readonly authorization?: string;
}

/** Longest wait for an answer, ms. */
const ANSWER_WITHIN_MS = 20_000;

export class Strangers {
  private constructor(
    private readonly url: string,
    private readonly all: readonly Stranger[],
  ) {}

  /** Lets a guest, a screen, a passenger, a driver with a device, that device, a station's clerk and an operator in. */
  static async arrive(url: string, operator: { readonly name: string; readonly password: string }): Promise<Strangers> {
    const call = async <T>(authorization: string | undefined, name: string, input: object): Promise<T> => {
      const ack = await post(url, authorization, name, `arrive.${name}`, input);
      if (!ack.ok) throw new Error(`${name}: ${ack.error.message}`);
      return ack.value as T;
    };
    const person = async (role: Asking, access: string): Promise<Stranger> => ({
      role,
      socket: await connected(url, { token: access }),
      authorization: `Bearer ${access}`,
    });
    const signUp = async (role: 'passenger' | 'driver'): Promise<Stranger> => {
      const made = { role, name: `stranger.${role}`, password: 'password one' };
      return person(role, (await post(url, undefined, 'auth.signUp', `arrive.${role}`, made).then(accessOf)).access);
    };
    const platform = await person('platform', (await call<LoggedIn>(undefined, 'auth.logIn', operator)).access);
    const as = platform.authorization;
    await call(as, 'station.register', { id: 'st_strange', name: 'Depot', lon: 121.2, lat: 31.2 });
    const invitation = { role: 'station', station: 'st_strange', name: 'stranger.clerk' };
    const { code: invited } = await call<{ code: string }>(as, 'auth.invite', invitation);
    const accepted = { code: invited, name: 'stranger.clerk', password: 'password one' };
    const clerk = await person('station', (await call<LoggedIn>(undefined, 'auth.accept', accepted)).access);
    const driver = await signUp('driver');
    const { key } = await call<{ key: string }>(as, 'device.register', { id: 'd_strange', name: 'Box' });
    const box = `Basic ${Buffer.from(`d_strange:${key}`).toString('base64')}`;
    const { code } = await call<{ code: string }>(box, 'device.showCode', {});
    await call(driver.authorization, 'device.claim', { device: 'd_strange', code });
    const device = {
      role: 'device' as const,
      socket: await connected(url, { device: 'd_strange', key }),
      authorization: box,
    };
    const screen = {
      role: 'screen' as const,
      socket: await connected(url, { screen: null }),
      authorization: 'Screen none',
    };
    const guest = { role: 'guest' as const, socket: await connected(url, {}) };
    return new Strangers(url, [guest, screen, await signUp('passenger'), driver, device, clerk, platform]);
  }

  /** Over his socket. */
  async emit(who: Asking, name: string, id: unknown, input: unknown): Promise<Ack> {
    const { socket } = this.one(who);
    return (await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(name, { id, input })) as Ack;
  }

  /** Over HTTP; an id that no header can carry is left out. */
  post(who: Asking, name: string, id: unknown, input: unknown): Promise<Ack> {
    return post(this.url, this.one(who).authorization, name, id, input);
  }

  leave(): void {
    for (const { socket } of this.all) socket.disconnect();
  }

  private one(who: Asking): Stranger {
    const stranger = this.all.find(({ role }) => role === who);
    if (!stranger) throw new Error(`no ${who} is here`);
    return stranger;
  }
}

interface LoggedIn {
  readonly access: string;
}

function accessOf(ack: Ack): LoggedIn {
  if (!ack.ok) throw new Error(ack.error.message);
  return ack.value as unknown as LoggedIn;
}

async function post(
  url: string,
  authorization: string | undefined,
  name: string,
  id: unknown,
  input: unknown,
): Promise<Ack> {
  const response = await fetch(`${url}/api/v1/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(typeof id === 'string' && /^[\x21-\x7e]{1,300}$/.test(id) ? { 'idempotency-key': id } : {}),
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  return (await response.json()) as Ack;
}

/** A node's payment providers: the sandbox, and what the engine needs to reach it. */
import type { FastifyRequest } from 'fastify';
import { nanoid } from 'nanoid';
import { systemClock } from '../actors/runtime/clock.js';
import type { Settings } from '../config.js';
import { addressOf } from '../gateway/address.js';
import { Buckets } from '../gateway/limits/buckets.js';
import { providerEffect } from '../gateway/payments/effects.js';
import { callBackPath } from '../gateway/payments/routes.js';
import { sandboxProvider } from '../gateway/payments/sandbox-provider.js';
import { startSandbox, type Sandbox } from '../gateway/payments/sandbox/server.js';
import type { Store } from '../store/ports.js';

/** How long the address of a request must wait for a page to pay at: as often as it may ask the API (R8). */
export function waitForPage(settings: Settings): (request: FastifyRequest) => number {
  const { addressRate: perSecond, addressBurst: burst, proxies } = settings;
  const addresses = new Buckets({ perSecond, burst }, () => systemClock.now());
  return ({ ip, headers }) => addresses.take(addressOf(ip, headers['x-forwarded-for'], proxies));
}

/**
 * The sandbox, on a port of its own of this machine alone unless it runs elsewhere, and this node's side of it. `url`
 * is where this machine reaches the node.
 */
export async function openPayments(settings: Settings, store: Store, url: () => string) {
  const { sandboxUrl, sandboxSecret, callBackUrl, zone } = settings;
  const secret = sandboxUrl === '' ? nanoid(32) : sandboxSecret;
  const elsewhere: Sandbox = { url: sandboxUrl, close: () => Promise.resolve() };
  const sandbox = sandboxUrl === '' ? await startSandbox({ port: 0, secret, zone }) : elsewhere;
  const provider = sandboxProvider({
    url: sandbox.url,
    app: store.id,
    secret,
    clock: systemClock,
    notifyUrl: () => (callBackUrl === '' ? url() : callBackUrl) + callBackPath('sandbox'),
  });
  const providers = { sandbox: provider };
  return { ...sandbox, providers, effect: providerEffect(providers) };
}

/**
 * A till with everything real but the disk: the engine on the simulated store, payments and wallets, the
 * sandbox behind its own HTTP port, and the path that it calls back. A crash of the engine is one call.
 */
import fastify from 'fastify';
import type { Test } from 'tap';

import { systemClock, type Clock } from '../../src/actors/runtime/clock.js';
import type { Answer } from '../../src/actors/runtime/engine.js';
import { createSystem, engineCollections, type System } from '../../src/actors/runtime/system.js';
import { paymentActor, type PaymentSeen } from '../../src/actors/payment/index.js';
import { paymentsCollection } from '../../src/actors/payment/views.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { walletActor } from '../../src/actors/wallet/index.js';
import { transfersCollection } from '../../src/actors/wallet/views.js';
import { providerEffect } from '../../src/gateway/payments/effects.js';
import { callBackPath, paymentRoutes } from '../../src/gateway/payments/routes.js';
import { sandboxProvider } from '../../src/gateway/payments/sandbox-provider.js';
import type { Wish } from '../../src/gateway/payments/sandbox/behaviour.js';
import { startSandbox, type Sandbox } from '../../src/gateway/payments/sandbox/server.js';
import type { ActorId, Json } from '../../src/store/ports.js';
import { SimulatedStore, type SimulatedHandle } from '../../src/store/simulated/index.js';
import { allOf } from './journal.js';
import { payeeActor } from './payee.js';
import { until } from './until.js';

export const secret = 'held by both sides';
const app = 'backseat';

/** Times in ms, short, because these clocks are real. */
export const terms = { ...defaultTerms, paymentCheckMs: 100, paymentExpiryMs: 400 };

export interface CounterOptions {
  /** Payers, and whoever calls back, do nothing until {@link Counter.payersGoOn}. */
  readonly payersWait?: boolean;
}

/** The sandbox's clock: what it does later waits for the test, which then needs to win no race. */
class PayersClock implements Clock {
  private held: (() => void)[] | undefined;

  constructor(waits: boolean) {
    if (waits) this.held = [];
  }

  now(): number {
    return systemClock.now();
  }

  after(ms: number, run: () => void): () => void {
    return systemClock.after(ms, () => {
      if (this.held) this.held.push(run);
      else run();
    });
  }

  soon(run: () => void): void {
    systemClock.soon(run);
  }

  goOn(): void {
    const { held = [] } = this;
    this.held = undefined;
    for (const run of held) run();
  }
}

export class Counter {
  readonly counted: string[] = [];
  readonly store = new SimulatedStore({
    clock: systemClock,
    random: () => 0.5,
    collections: [...engineCollections, paymentsCollection, transfersCollection],
  });
  private readonly http = fastify({ forceCloseConnections: true });
  private notifyUrl = '';
  private handle: SimulatedHandle = this.store.open();
  private asked = 0;
  readonly provider;
  system: System;

  private constructor(
    readonly sandbox: Sandbox,
    private readonly payers: PayersClock,
  ) {
    const { url } = sandbox;
    const options = { url, app, secret, notifyUrl: () => this.notifyUrl, clock: systemClock, timeoutMs: 2000 };
    this.provider = sandboxProvider(options);
    this.system = this.begin();
  }

  static async open(t: Test, { payersWait = false }: CounterOptions = {}): Promise<Counter> {
    const clock = new PayersClock(payersWait);
    const sandbox = await startSandbox({ port: 0, secret, clock, payAfterMs: 5, repeatMs: 20, zone: terms.zone });
    const counter = new Counter(sandbox, clock);
    const count = (outcome: string) => counter.counted.push(outcome);
    const engine: Pick<System, 'ask' | 'read'> = {
      ask: (ask) => counter.system.ask(ask),
      read: (...question) => counter.system.read(...question),
    };
    const providers = { sandbox: counter.provider };
    await counter.http.register(paymentRoutes({ engine, clock: systemClock, count, providers, wait: () => 0 }));
    counter.notifyUrl = (await counter.http.listen({ port: 0, host: '127.0.0.1' })) + callBackPath('sandbox');
    t.teardown(async () => {
      await counter.system.stop();
      await sandbox.close();
      await counter.http.close();
    });
    return counter;
  }

  /** Where this server's own paths are. */
  get url(): string {
    return new URL(this.notifyUrl).origin;
  }

  /** The process dies and another one starts on the same store. */
  crash(): void {
    this.handle.crash();
    this.handle = this.store.open();
    this.system = this.begin();
  }

  payersGoOn(): void {
    this.payers.goOn();
  }

  async behave(wish: Wish, order = ''): Promise<void> {
    const path = `/operator/behaviour${order && `/${order}`}`;
    const response = await fetch(this.sandbox.url + path, { method: 'PUT', body: JSON.stringify(wish) });
    if (response.status !== 204) throw new Error(await response.text());
  }

  async ask(to: ActorId, type: string, input: Json, caller: string): Promise<Answer> {
    const answer = await this.system.ask({ to, type, input, caller, id: `c${++this.asked}` });
    if ('unstored' in answer) throw new Error(answer.unstored.message);
    return answer.value;
  }

  /** A passenger fills the wallet. */
  topUp(payment: string, amount: number): Promise<Answer> {
    const purpose = { kind: 'topUp', key: 'p_1' };
    const open = { provider: 'sandbox', amount, currency: 'CNY', purpose, payer: 'passenger:p_1' };
    return this.ask(`payment:${payment}`, 'open', open, 'passenger:p_1');
  }

  async seen(payment: string): Promise<PaymentSeen> {
    return (await this.read(`payment:${payment}`, 'payment')) as PaymentSeen;
  }

  /** The wallet's balance once nothing is on its way. */
  async balance(): Promise<number> {
    await this.books();
    const { balances } = (await this.read('wallet:p_1', 'balance')) as { balances: Record<string, number> };
    return balances['CNY'] ?? 0;
  }

  /** Waits until a payment is in a state. */
  async reaches(payment: string, state: PaymentSeen['state']): Promise<void> {
    await until(`${payment} is ${state}`, async () => (await this.seen(payment)).state === state);
  }

  /** Sums of all accounts over the whole journal, once nothing is on its way. */
  async books(): Promise<Record<string, number>> {
    let sums: Record<string, number> = {};
    await until('nothing is in transit', async () => {
      sums = await this.sums();
      return !Object.keys(sums).some((account) => account.startsWith('transit/'));
    });
    return sums;
  }

  get views() {
    return this.handle.views;
  }

  private async read(actor: ActorId, name: string): Promise<Json> {
    const answer = await this.system.read(actor, name, {}, 'system:test');
    if ('unstored' in answer) throw new Error(answer.unstored.message);
    if (!answer.value.outcome.ok) throw new Error(answer.value.outcome.error.message);
    return answer.value.outcome.value;
  }

  private async sums(): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for await (const { moves } of allOf(this.handle.journal)) {
      for (const { from, to, unit, quantity } of moves) {
        sums[`${from} ${unit}`] = (sums[`${from} ${unit}`] ?? 0) - quantity;
        sums[`${to} ${unit}`] = (sums[`${to} ${unit}`] ?? 0) + quantity;
      }
    }
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }

  private begin(): System {
    return createSystem({
      store: this.handle,
      definitions: [paymentActor(terms), walletActor(), payeeActor('device')],
      effects: { provider: providerEffect({ sandbox: this.provider }) },
      failed: (error) => {
        throw error;
      },
      limits: { retryFirstMs: 10, wakeMs: 20 },
      strict: true,
    });
  }
}

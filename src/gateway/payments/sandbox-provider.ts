/**
 * The sandbox as a payment provider: signed requests to its HTTP port, call-backs believed only when it signed them.
 */
import type { Clock } from '../../actors/runtime/clock.js';
import type { Outcome } from '../../store/ports.js';
import { refusal } from '../answer.js';
import type { CallBackRequest, PaymentProvider } from './provider.js';
import { isSigned, sign } from './signature.js';
import { CreatedOrder, CreatedRefund, Failure, Notification, OrderState, reader, Statement, SUCCESS } from './wire.js';

export interface SandboxOptions {
  /** Where the sandbox answers, e.g. `http://127.0.0.1:3100`. */
  readonly url: string;
  /** What this server is called there; call-backs for another app are not believed. */
  readonly app: string;
  /** Held by both sides. */
  readonly secret: string;
  /** Where the sandbox calls back: this server's own address, once it has one, and `callBackPath('sandbox')`. */
  readonly notifyUrl: () => string;
  readonly clock: Pick<Clock, 'now'>;
  /** One request may take this long, ms. */
  readonly timeoutMs?: number;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

const readCreated = reader(CreatedOrder);
const readState = reader(OrderState);
const readRefunded = reader(CreatedRefund);
const readStatement = reader(Statement);
const readFailure = reader(Failure);
const readNotification = reader(Notification);

/** Answers by which the sandbox says no for good; any other failure says nothing, and is tried again. */
const NO: readonly number[] = [400, 404, 409, 422];

export function sandboxProvider(options: SandboxOptions): PaymentProvider {
  const { app, secret, notifyUrl, clock, timeoutMs = 5000 } = options;

  async function ask({ method, path, body, signal }: Request): Promise<{ status: number; text: string }> {
    const text = body && JSON.stringify(body);
    const limit = AbortSignal.timeout(timeoutMs);
    const response = await fetch(new URL(path, options.url), {
      method,
      headers: { ...(text && { 'content-type': 'application/json' }), ...sign(secret, text ?? path, clock.now()) },
      ...(text && { body: text }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    return { status: response.status, text: await response.text() };
  }

  async function outcome<T>(read: (text: string) => T | undefined, request: Request): Promise<Outcome<T>> {
    const { status, text } = await ask(request);
    if (NO.includes(status)) return no(text);
    const value = status === 200 ? read(text) : undefined;
    if (value === undefined) throw new Error(`sandbox: ${request.path} was answered with status ${status}`);
    return { ok: true, value };
  }

  return {
    name: 'sandbox',
    success: SUCCESS,
    create: ({ payment: order, amount, currency, expiresAt }, signal) => {
      const body = { app, order, amount, currency, expiresAt, notifyUrl: notifyUrl() };
      return outcome(readCreated, { method: 'POST', path: '/payments', body, signal });
    },
    query: ({ payment }, signal) => {
      const path = `/payments/${encodeURIComponent(payment)}`;
      return outcome(readState, { method: 'GET', path, signal });
    },
    refund: ({ payment: order, refund, amount, currency }, signal) => {
      const body = { app, order, refund, amount, currency };
      return outcome(readRefunded, { method: 'POST', path: '/refunds', body, signal });
    },
    statement: async (day) => {
      const path = `/statement?day=${encodeURIComponent(day)}`;
      const answer = await outcome(readStatement, { method: 'GET', path });
      if (!answer.ok) throw new Error(`sandbox: ${answer.error.message}`);
      return answer.value.lines;
    },
    verify: ({ headers, body }: CallBackRequest) => {
      if (!isSigned(secret, body, headers, clock.now())) return 'bad_signature';
      const told = readNotification(body);
      if (!told) return 'malformed';
      if (told.app !== app) return 'wrong_app';
      const { notification: id, order: payment } = told;
      if (told.result === 'refused') return { id, payment, word: { result: 'refused' } };
      return { id, payment, word: { result: 'paid', receipts: [told.receipt] } };
    },
  };
}

function no(text: string): Outcome<never> {
  const failure = readFailure(text);
  return { ok: false, error: refusal('provider_refused', failure ? failure.message : 'the provider refused') };
}

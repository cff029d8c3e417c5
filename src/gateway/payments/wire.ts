/**
 * What goes over the wire between this server and the sandbox, both ways. Amounts are minor units, times
 * ms UTC; `order` is our payment's key, `serial` the sandbox's number for money that it took.
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';

const Name = Type.String({ pattern: '^[A-Za-z0-9_.@+-]{1,64}$' });
const RefundName = Type.String({ pattern: '^[A-Za-z0-9_.@+-]{1,160}$' });
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
const Amount = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Time = Type.Integer({ minimum: 0 });

/** `POST /payments`: the same order again gets the same answer. */
export const CreateOrder = Type.Object({
  ...{ app: Name, order: Name, amount: Amount, currency: Currency },
  expiresAt: Time,
  notifyUrl: Type.String({ pattern: '^https?://', maxLength: 1024 }),
});
export const CreatedOrder = Type.Object({ order: Name, url: Type.String({ maxLength: 1024 }) });

const Receipt = Type.Object({ serial: Name, amount: Amount, currency: Currency, at: Time });

/** `GET /payments/:order`. */
export const OrderState = Type.Union([
  Type.Object({ result: Type.Literal('paid'), receipts: Type.Array(Receipt, { minItems: 1 }) }),
  Type.Object({ result: Type.Literal('refused') }),
  Type.Object({ result: Type.Literal('waiting') }),
]);

/** `POST /refunds`: once for each name. */
export const CreateRefund = Type.Object({
  ...{ app: Name, order: Name, refund: RefundName, amount: Amount, currency: Currency },
});
export const CreatedRefund = Type.Object({ refund: RefundName, at: Time });

/** `GET /statement?day=`: all that moved on a day. `id` is a receipt's serial or a refund's name. */
export const StatementLine = Type.Object({
  kind: Type.Union([Type.Literal('payment'), Type.Literal('refund')]),
  ...{ id: RefundName, order: Name, amount: Amount, currency: Currency, at: Time },
});
export const Statement = Type.Object({ day: Type.String(), lines: Type.Array(StatementLine) });

/** A call-back. `notification` stays the same when it is told again. */
export const Notification = Type.Union([
  Type.Object({ notification: Name, app: Name, order: Name, result: Type.Literal('paid'), receipt: Receipt }),
  Type.Object({ notification: Name, app: Name, order: Name, result: Type.Literal('refused') }),
]);

/** Why a request was not granted. */
export const Failure = Type.Object({ code: Type.String(), message: Type.String() });

export type CreateOrder = Static<typeof CreateOrder>;
export type OrderState = Static<typeof OrderState>;
export type Receipt = Static<typeof Receipt>;
export type CreateRefund = Static<typeof CreateRefund>;
export type StatementLine = Static<typeof StatementLine>;
export type Notification = Static<typeof Notification>;

/** The one answer to a call-back that ends its repeats. */
export const SUCCESS = 'success';

/** Reads a JSON text of one shape; undefined when it is not that. */
export function reader<T extends TSchema>(schema: T): (text: string) => Static<T> | undefined {
  const check = TypeCompiler.Compile(schema);
  return (text) => {
    try {
      const value: unknown = JSON.parse(text);
      return check.Check(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
}

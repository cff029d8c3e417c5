import type { ActorId } from '../../store/ports.js';
import type { PaymentState, Purpose, Receipt } from './commands.js';

/** Every event that can change the state carries the one that the decision reached. */
export type PaymentEvents = {
  opened: {
    readonly provider: string;
    readonly payer: string;
    readonly payee: ActorId;
    readonly purpose: Purpose;
    readonly amount: number;
    readonly currency: string;
    readonly expiresAt: number;
  };
  accepted: { readonly state: PaymentState; readonly url: string };
  declined: { readonly state: PaymentState; readonly reason: string };
  lapsed: { readonly state: PaymentState };
  /** Money came. `back` names the refund that sends it back; null when it fits. */
  received: {
    readonly state: PaymentState;
    readonly receipt: Receipt;
    readonly back: string | null;
    readonly reason: string | null;
  };
  /** The payee sends money back. */
  refundAsked: {
    readonly state: PaymentState;
    readonly refund: string;
    readonly amount: number;
    readonly reason: string;
  };
  refundDone: { readonly state: PaymentState; readonly refund: string; readonly at: number };
  /** The provider refuses to send it back: it stays here until an operator has looked. */
  refundStuck: { readonly state: PaymentState; readonly refund: string; readonly reason: string };
  /** The payee sends back more than there is to send, or the same refund twice: it stays here likewise. */
  excessReturned: { readonly state: PaymentState; readonly transfer: string; readonly amount: number };
};

import type { EndOfSession, Role } from './commands.js';
import type { Invitation, Session } from './state.js';

export type AccountEvents = {
  /** By sign-up or by an invitation, which is used up. */
  opened: {
    readonly role: Role;
    readonly subject: string;
    readonly displayName: string;
    readonly passwordHash: string;
  };
  invited: Invitation;
  blocked: { readonly subject: string };
  unblocked: { readonly subject: string };
  sessionOpened: Session;
  sessionRotated: { readonly family: string; readonly tokenHash: string; readonly expiresAt: number };
  sessionClosed: { readonly family: string; readonly subject: string; readonly reason: EndOfSession };
};

/** Drivers and passengers of the town: accounts to log in with, and money. */
import { hash } from '@node-rs/argon2';

import type { Identity } from '#built/actors/account/commands.js';
import { digest } from '#built/actors/shared/secret.js';
import type { Asker } from './asker.js';
import { CURRENCY, PASSWORD } from './names.js';

/** A log-in costs what the hash in the account says: before a load begins, it shall not take long. */
const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 };

/** What one payment may bring at most. */
const PORTION = 10_000_000;

/** Opens an account as a sign-up does; the hash of the one password is made once. */
export class Registry {
  private hashed: Promise<string> | undefined;

  constructor(private readonly asker: Asker) {}

  /** The key behind the subject: `p_…`, `dr_…`. */
  async signUp(role: 'passenger' | 'driver', name: string): Promise<string> {
    const input = { role, passwordHash: await this.passwordHash() };
    const { subject } = await this.asker.ask<Identity>(`account:${name}`, 'open', input, 'system:auth');
    const key = subject.slice(subject.indexOf(':') + 1);
    await this.asker.ask(`${role}:${key}`, 'setProfile', { displayName: name }, subject);
    return key;
  }

  /** Someone who works at a station: invited, and come. */
  async employ(name: string, station: string): Promise<void> {
    const codeHash = digest(name, 'K7Q2M4');
    await this.asker.ask(`account:${name}`, 'invite', { role: 'station', station, codeHash }, 'platform:admin');
    const passwordHash = await this.passwordHash();
    await this.asker.ask(`account:${name}`, 'accept', { codeHash, passwordHash }, 'system:auth');
  }

  private passwordHash(): Promise<string> {
    this.hashed ??= hash(PASSWORD, CHEAP);
    return this.hashed;
  }
}

/** Fills the wallet of `subject` by a payment through the provider. */
export async function topUp(asker: Asker, subject: string, key: string): Promise<void> {
  const payment = `payment:pay_${key}` as const;
  const purpose = { kind: 'topUp', key };
  const open = { provider: 'sandbox', amount: PORTION, currency: CURRENCY, purpose, payer: subject };
  await asker.ask(payment, 'open', open, subject);
  const receipt = { serial: `x_${key}`, amount: PORTION, currency: CURRENCY, at: Date.now() };
  await asker.ask(payment, 'confirm', { result: 'paid', receipts: [receipt] }, 'provider:sandbox');
  await asker.hear(`wallet:${key}/balance`, 'wallet.changed');
}

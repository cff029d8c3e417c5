/**
 * What the people outside were told: the only witness that counts. It lives outside the node, and
 * survives its crashes.
 */
import { createHash } from 'node:crypto';

import type { ActorId, Entry, Outcome } from '../../src/store/ports.js';

/** One answer that somebody heard. */
export interface Acknowledged {
  readonly actor: ActorId;
  /** `<caller>:<id>`. */
  readonly commandId: string;
  readonly type: string;
  readonly outcome: Outcome;
}

export class Ledger {
  readonly acknowledged = new Map<string, Acknowledged>();
  readonly violations: string[] = [];
  private readonly trace = createHash('sha256');

  /** Somebody heard an answer; a repeat must have heard the same. */
  heard(answer: Acknowledged): void {
    const key = `${answer.actor} ${answer.commandId}`;
    const before = this.acknowledged.get(key);
    if (before && text(before.outcome) !== text(answer.outcome)) {
      this.violation(`${key} was answered ${text(before.outcome)}, and again ${text(answer.outcome)}`);
    }
    this.acknowledged.set(key, answer);
    this.trace.update(`${key} ${text(answer.outcome)}\n`);
  }

  violation(what: string): void {
    this.violations.push(what);
  }

  /** R4: every answer that was heard stands in the journal, once, as it was heard. */
  audit(entries: readonly Entry[]): void {
    const handled = new Map<string, Entry>();
    for (const entry of entries) {
      this.trace.update(`${text(entry)}\n`);
      const key = `${entry.actor} ${entry.commandId}`;
      if (handled.has(key)) this.violation(`${key} took effect twice`);
      handled.set(key, entry);
    }
    for (const [key, { outcome }] of this.acknowledged) {
      const entry = handled.get(key);
      if (!entry) this.violation(`${key} was acknowledged and is not in the journal`);
      else if (text(entry.reply) !== text(outcome))
        this.violation(`${key} was told ${text(outcome)} and stores ${text(entry.reply)}`);
    }
  }

  /** A hash of all that was heard and stored: the same for the same seed. */
  get hash(): string {
    return this.trace.copy().digest('hex').slice(0, 16);
  }
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

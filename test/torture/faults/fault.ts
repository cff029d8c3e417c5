/** What a fault is: a name, what must come of it, and how it is made. */
import type { Ground } from './ground.js';
import type { FaultName } from './names.js';

/** One fault, struck and overcome; the server runs again. */
export interface Struck {
  /** Commands on their way when a server ended by it: found in the journal, and not found. */
  readonly stored: number;
  readonly lost: number;
  /** What the server said of it: to its operator, in its log, at `/health`. */
  readonly told: readonly string[];
}

export interface Fault {
  readonly name: FaultName;
  /** What happens. */
  readonly happens: string;
  /** What must come of it. */
  readonly expected: string;
  /** Why it cannot be made here; false when it can. */
  readonly cannot?: string | false;
  /** Makes it once, while everybody is at work. What does not come as it must is a violation in the ground's ledger. */
  strike(ground: Ground): Promise<Struck>;
}

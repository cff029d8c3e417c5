/**
 * What the clients asked and what they were told: the only witness that counts. It lives outside the server and
 * survives its crashes.
 */
import type { ActorId, Outcome } from '../../src/store/ports.js';

/** A command that somebody asked for, under one id however often. */
export interface Command {
  readonly actor: ActorId;
  /** `<caller>:<id>`. */
  readonly commandId: string;
  readonly name: string;
  /** Asks once more. */
  readonly repeat: () => Promise<Outcome>;
  /** What was told; absent while nothing was. */
  outcome?: Outcome;
}

export class Ledger {
  readonly answered: Command[] = [];
  readonly violations: string[] = [];
  /** How often a command was given up that may be asked again, by what was told; `no_answer` where nothing was. */
  readonly putOffs = new Map<string, number>();
  private readonly waiting = new Set<Command>();
  /** Those that nobody has on the way: the server has no time, and they are asked again after a pause. */
  private readonly resting = new Set<Command>();

  /** Commands that were sent and are not answered. */
  get inFlight(): number {
    return this.waiting.size - this.resting.size;
  }

  /** Those commands, as of now. */
  sent(): Command[] {
    return [...this.waiting].filter((command) => !this.resting.has(command));
  }

  get gaveUp(): number {
    return [...this.putOffs.values()].reduce((sum, count) => sum + count, 0);
  }

  /** It is asked again. R8: who is refused for want of room is told when. */
  putOff(code: string, retryAfterMs: number | undefined): void {
    this.putOffs.set(code, (this.putOffs.get(code) ?? 0) + 1);
    if (code === 'overloaded' && retryAfterMs === undefined)
      this.violation('overloaded, and not told when to ask again');
  }

  asked(command: Command): void {
    this.waiting.add(command);
  }

  rests(command: Command, rests: boolean): void {
    if (rests && this.waiting.has(command)) this.resting.add(command);
    else this.resting.delete(command);
  }

  told(command: Command, outcome: Outcome): void {
    this.waiting.delete(command);
    command.outcome = outcome;
    this.answered.push(command);
  }

  /** R4: a repeat must hear what was told first. */
  async repeat(command: Command): Promise<void> {
    const again = await command.repeat();
    if (text(again) === text(command.outcome)) return;
    this.violation(`${about(command)} was told ${text(command.outcome)}, and again ${text(again)}`);
  }

  violation(what: string): void {
    this.violations.push(what);
  }
}

/** A command, for people. */
export function about({ name, actor, commandId }: Command): string {
  return `${name} of ${commandId} at ${actor}`;
}

/** For comparison. */
export function text(value: unknown): string {
  return JSON.stringify(value);
}

/**
 * The path of every request, from either door: is there such a request, may this role make it, does the
 * input keep its rules, is it not too often; then it is asked. Nothing here awaits before the actor has
 * the message, and nothing is logged unless it failed: this is the product's hot path.
 *
 * Boundary: knows declarations, not sockets and not HTTP. Ownership is judged by the actors, who get
 * the caller with every message; the general limits by the doors, who hold the buckets.
 */
import type { ErrorCode } from '../errors.js';
import type { Refusal } from '../store/ports.js';
import { refusal } from './answer.js';
import type { Access, Call, Caller, Declaration, Told } from './contract/declare.js';
import { checkOf, isCommandId, type Check } from './contract/validate.js';
import { Buckets } from './limits/buckets.js';
import type { Tools } from './tools.js';

/** A declaration with its rules compiled. */
interface Ready {
  readonly declaration: Declaration;
  readonly check: Check;
  readonly roles: ReadonlySet<string>;
  readonly own: Buckets | undefined;
}

const EVERYONE = ['passenger', 'driver', 'station', 'platform', 'device', 'screen'] as const;

function rolesOf(access: Access): ReadonlySet<string> {
  if (access === 'anyone') return new Set([...EVERYONE, 'guest']);
  return new Set(access === 'logged in' ? EVERYONE : access);
}

/** A request that was made, or the reason why it was not. */
export type Dispatched = { readonly asked: Promise<Told> } | { readonly refused: Refusal };

export class Dispatcher {
  private readonly table = new Map<string, Ready>();

  constructor(
    contract: Readonly<Record<string, Declaration>>,
    private readonly tools: Tools,
  ) {
    for (const [name, declaration] of Object.entries(contract)) this.table.set(name, this.prepare(declaration));
  }

  /** Makes one request. `id` may be left out of reads. */
  dispatch(name: string, id: unknown, input: unknown, caller: Caller): Dispatched {
    const ready = this.table.get(name);
    if (ready === undefined) return no('unknown_command', 'there is no command or read of this name');
    if (!ready.roles.has(caller.role)) return this.closed(ready, caller);
    if (!isCommandId(id) && (ready.declaration.kind === 'command' || id !== undefined)) {
      const rule = 'must be 1 to 64 letters, digits or _ . @ + -';
      return no('bad_input', `id (over HTTP the Idempotency-Key): ${rule}`, { details: { field: 'id' } });
    }
    if (!ready.check.passes(input)) return { refused: ready.check.explain(input) };
    if (ready.own) {
      const wait = ready.own.take(caller.subject);
      if (wait > 0) return no('too_many_requests', `${name}: too often`, { retryAfterMs: wait });
    }
    const call: Call = { ...caller, id: typeof id === 'string' ? id : '' };
    // The check above is what makes the input of the declared type.
    return { asked: ready.declaration.run(input as never, call, this.tools) };
  }

  private prepare(declaration: Declaration): Ready {
    const { access, input, limit } = declaration;
    const said = typeof limit === 'function' ? limit(this.tools.settings) : limit;
    const own =
      said && new Buckets({ perSecond: said.perMinute / 60, burst: said.burst }, () => this.tools.clock.now());
    return { declaration, check: checkOf(input), roles: rolesOf(access), own };
  }

  private closed(ready: Ready, caller: Caller): Dispatched {
    if (caller.role === 'guest') return no('not_logged_in', 'log in first, and connect with what that answers');
    const { access } = ready.declaration;
    return no(
      'not_allowed',
      `a ${caller.role} may not do this; ${typeof access === 'string' ? access : access.join(', ')} may`,
    );
  }
}

function no(code: ErrorCode, message: string, more: Omit<Refusal, 'code' | 'message'> = {}): Dispatched {
  return { refused: refusal(code, message, more) };
}

/** An actor's id, and a caller's subject, taken apart: `<kind>:<key>`, `<role>:<key>`. */

/** The part before the colon: a kind, or a role; empty where there is no colon. */
export function kindOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf(':')));
}

/** The part behind the colon. */
export function keyOf(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}

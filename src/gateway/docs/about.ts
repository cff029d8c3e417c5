/** What both pages say of a request in words. */
import { errors, type ErrorCode } from '../../errors.js';
import type { Access, Declaration } from '../contract/declare.js';

/** Codes that any request may meet. */
const anyErrors: readonly ErrorCode[] = [
  'bad_input',
  'too_many_requests',
  'overloaded',
  'too_late',
  'unavailable',
  'stopping',
  'parked',
  'decision_failed',
  'gateway_failed',
];

/** Codes that a request may be refused with. */
export function errorsOf({ access, kind, errors: own }: Declaration): readonly ErrorCode[] {
  const door: ErrorCode[] = access === 'anyone' ? [] : ['not_logged_in', 'session_ended', 'not_allowed'];
  const repeat: ErrorCode[] = kind === 'command' ? ['id_reused'] : [];
  return [...new Set([...own, ...door, ...repeat, ...anyErrors])];
}

function whoMay(access: Access): string {
  if (access === 'anyone') return 'Anyone, logged in or not.';
  return access === 'logged in' ? 'Everyone who has logged in.' : `Roles: ${access.join(', ')}.`;
}

/** A request in Markdown: who may, what answers, what it may be refused with. */
export function describe(declaration: Declaration): string {
  const { access, kind, target } = declaration;
  const lines = errorsOf(declaration).map((code) => `- \`${code}\` ${errors[code].about}`);
  const nature = kind === 'command' ? 'A command: takes effect once for each id.' : 'A read: changes nothing.';
  const by = target === undefined ? '' : ` Answered by \`${target}\`.`;
  return [`${nature} ${whoMay(access)}${by}`, '', 'Refusals:', ...lines].join('\n');
}

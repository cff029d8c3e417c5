/** Structured logs, one JSON line each, with everything that could let someone in masked. */
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

/** The part of a logger that the gateway uses. */
export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/** Fields whose values are never written, at the top of a line and one or two levels down. */
const SECRETS = ['password', 'token', 'access', 'refresh', 'key', 'secret', 'code', 'authorization', 'cookie'];

/** Paths that pino masks. */
const masked: readonly string[] = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** The node's logger; `to` is standard output unless a test looks in. */
export function createLog(level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = { level, base: null, redact: { paths: [...masked], censor: '[masked]' } };
  return to ? pino(options, to) : pino(options);
}

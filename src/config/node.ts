/** The node itself, and its sockets. */
import { choice, integer, list, text } from '../setting.js';
import { DAY, HOUR, SECOND } from './times.js';

export const nodeSettings = {
  // The node
  host: text(
    'BACKSEAT_HOST',
    '0.0.0.0',
    'Address to listen on.',
    /^[A-Za-z0-9_.:-]{1,255}$/,
    'an address or host name',
  ),
  port: integer('BACKSEAT_PORT', 3000, 'Port for sockets, API and pages; 0 takes a free one.', 0, 65535),
  dataFolder: text(
    'BACKSEAT_DATA',
    './data',
    'Folder of the embedded store and of generated secrets.',
    /./,
    'a folder',
  ),
  transport: choice(
    'BACKSEAT_TRANSPORT',
    'auto',
    'What carries sockets and HTTP: uWebSockets.js, node, or the first that loads.',
    ['auto', 'uws', 'node'],
  ),
  stopMs: integer(
    'BACKSEAT_STOP_MS',
    20 * SECOND,
    'A node that is told to stop and has not ended in order after this ends with exit code 1 and says what is left, ms.',
    SECOND,
    HOUR,
  ),
  origins: list(
    'BACKSEAT_ORIGINS',
    [],
    'Web origins beside the node’s own that may connect and call, with commas between; * for any.',
  ),
  proxies: integer(
    'BACKSEAT_PROXIES',
    0,
    'Proxies in front of the node that write X-Forwarded-For; without it an address is the connection’s own.',
    0,
    10,
  ),
  logLevel: choice('BACKSEAT_LOG_LEVEL', 'info', 'The least severe log line that is written.', [
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  ]),

  // Sockets
  pingIntervalMs: integer('BACKSEAT_PING_INTERVAL_MS', 20 * SECOND, 'Heartbeat of each socket, ms.', 50, HOUR),
  pingTimeoutMs: integer(
    'BACKSEAT_PING_TIMEOUT_MS',
    15 * SECOND,
    'A socket silent this long after a heartbeat is closed, ms.',
    50,
    HOUR,
  ),
  headEveryMs: integer(
    'BACKSEAT_HEAD_EVERY_MS',
    10 * SECOND,
    'How often followers are told the last number of their streams, ms.',
    50,
    HOUR,
  ),
  presenceGraceMs: integer(
    'BACKSEAT_PRESENCE_GRACE_MS',
    60 * SECOND,
    'After a start, devices that were online and have not come back by then are offline, ms.',
    0,
    DAY,
  ),
} as const;

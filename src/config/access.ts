/** Who may do what, and what a stranger can make grow (R8). */
import { choice, integer, secret, text } from '../setting.js';
import { DAY, HOUR, MINUTE, SECOND } from './times.js';

export const accessSettings = {
  // Who may do what
  adminName: text(
    'BACKSEAT_ADMIN_NAME',
    'admin',
    'Name of the first platform account.',
    /^[A-Za-z0-9_.@+-]{1,64}$/,
    'a name',
  ),
  adminPassword: secret(
    'BACKSEAT_ADMIN_PASSWORD',
    'Password of the first platform account, made at the start when it is set.',
    8,
  ),
  tokenSecret: secret(
    'BACKSEAT_TOKEN_SECRET',
    'Signs access tokens. Without it one is generated into the data folder, readable by its owner alone.',
    32,
  ),
  screenKey: secret(
    'BACKSEAT_SCREEN_KEY',
    'What a big screen must show to connect: its address ends in #key=<the key>.',
    16,
  ),
  backupKey: secret(
    'BACKSEAT_BACKUP_KEY',
    'What must be shown, beside a platform account’s log-in, to fetch a backup from a running node. Without it no node hands one out.',
    16,
  ),
  publicScreens: choice(
    'BACKSEAT_PUBLIC_SCREENS',
    'no',
    'Whether anybody may hang up a big screen, without a key. Without a key and without this there is none.',
    ['no', 'yes'],
  ),
  accessMs: integer('BACKSEAT_ACCESS_MS', 15 * MINUTE, 'Life of an access token, ms.', SECOND, DAY),
  sessionMs: integer(
    'BACKSEAT_SESSION_MS',
    30 * DAY,
    'A session that is not refreshed ends after this, ms.',
    MINUTE,
    400 * DAY,
  ),
  invitationMs: integer('BACKSEAT_INVITATION_MS', 7 * DAY, 'Life of an invitation of staff, ms.', MINUTE, 90 * DAY),
  hashMemoryKiB: integer(
    'BACKSEAT_HASH_MEMORY_KIB',
    19_456,
    'Memory of one password hash (argon2id), KiB.',
    8,
    4_194_304,
  ),
  hashPasses: integer('BACKSEAT_HASH_PASSES', 2, 'Passes of one password hash.', 1, 100),
  hashesAtOnce: integer('BACKSEAT_HASHES_AT_ONCE', 2, 'Passwords that are hashed at the same time.', 1, 16),

  // What a stranger can make grow
  maxSockets: integer(
    'BACKSEAT_MAX_SOCKETS',
    120_000,
    'Sockets at once; further ones are refused. Fewer where the process may not open so many files.',
    1,
    10_000_000,
  ),
  guestMs: integer(
    'BACKSEAT_GUEST_MS',
    60 * SECOND,
    'How long a socket that has not logged in may stay, ms.',
    SECOND,
    HOUR,
  ),
  guestsPerAddress: integer(
    'BACKSEAT_GUESTS_PER_ADDRESS',
    64,
    'Sockets of one address at once that have not logged in.',
    1,
    1_000_000,
  ),
  socketRate: integer('BACKSEAT_SOCKET_RATE', 200, 'Requests a second of one socket, on average.', 1, 10_000_000),
  socketBurst: integer('BACKSEAT_SOCKET_BURST', 1_000, 'Requests of one socket at once.', 1, 10_000_000),
  socketsPerAccount: integer('BACKSEAT_SOCKETS_PER_ACCOUNT', 64, 'Sockets of one account at once.', 1, 1_000_000),
  accountRate: integer(
    'BACKSEAT_ACCOUNT_RATE',
    400,
    'Requests a second of one account over all its sockets and HTTP.',
    1,
    10_000_000,
  ),
  accountBurst: integer('BACKSEAT_ACCOUNT_BURST', 2_000, 'Requests of one account at once.', 1, 10_000_000),
  addressRate: integer(
    'BACKSEAT_ADDRESS_RATE',
    100,
    'HTTP requests and guest requests a second of one address.',
    1,
    10_000_000,
  ),
  addressBurst: integer(
    'BACKSEAT_ADDRESS_BURST',
    1_000,
    'HTTP requests and guest requests of one address at once.',
    1,
    10_000_000,
  ),
  inFlight: integer('BACKSEAT_IN_FLIGHT', 1_024, 'Requests of one socket that wait for their answer.', 1, 1_000_000),
  streamsPerSocket: integer('BACKSEAT_STREAMS_PER_SOCKET', 64, 'Streams that one socket may follow.', 1, 100_000),
  maxBufferedBytes: integer(
    'BACKSEAT_MAX_BUFFERED_BYTES',
    1_048_576,
    'Bytes that may wait for a socket that reads slowly; beyond them it is closed.',
    65_536,
    1_073_741_824,
  ),
  answerWithinMs: integer(
    'BACKSEAT_ANSWER_WITHIN_MS',
    10 * SECOND,
    'After this a request that is not yet decided is given up, ms.',
    100,
    HOUR,
  ),

  signUpsPerMinute: integer(
    'BACKSEAT_SIGN_UPS_PER_MINUTE',
    300,
    'Accounts that one address may open in a minute; twice as many at once.',
    1,
    1_000_000,
  ),
} as const;

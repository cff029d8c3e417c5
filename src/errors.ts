/**
 * The one registry of error codes. Named by what the caller does next: `fix` the input, try again
 * `later`, `ask` someone, or `stop`. A test holds code, docs and types to this table.
 */

/** What the caller does next. */
export type NextStep = 'fix' | 'later' | 'ask' | 'stop';

/** One kind of error: its HTTP status, what the caller does next, and the sentence of the docs. */
export interface ErrorKind {
  readonly status: number;
  readonly next: NextStep;
  readonly about: string;
}

/** Every code that an answer may carry. */
export const errors = {
  // The request itself
  bad_input: {
    status: 400,
    next: 'fix',
    about: 'A field is missing, unknown or breaks its rule; the message names both.',
  },
  unknown_command: { status: 404, next: 'fix', about: 'There is no command or read of that name.' },
  too_large: { status: 413, next: 'fix', about: 'The packet is larger than 64 KB.' },
  id_reused: {
    status: 409,
    next: 'fix',
    about: 'This command id was used before, by another caller or for something else.',
  },

  // Who asks
  not_logged_in: { status: 401, next: 'fix', about: 'No valid access token or device key came with the request.' },
  wrong_password: { status: 401, next: 'fix', about: 'Name or password is wrong.' },
  not_allowed: { status: 403, next: 'ask', about: 'The role of the caller may not do this.' },
  not_yours: { status: 403, next: 'ask', about: 'The object belongs to someone else.' },
  name_taken: { status: 409, next: 'fix', about: 'An account of that name exists.' },
  account_blocked: { status: 403, next: 'stop', about: 'The platform has blocked this account.' },
  unknown_account: { status: 404, next: 'fix', about: 'There is no account of this name.' },
  session_ended: {
    status: 401,
    next: 'fix',
    about: 'The session was closed, or its refresh token was used twice: log in again.',
  },
  invitation_ended: {
    status: 410,
    next: 'ask',
    about: 'No invitation stands for this name: it was used, or took too long.',
  },
  wrong_code: { status: 401, next: 'fix', about: 'The one-time code is wrong.' },

  // Money
  insufficient_funds: { status: 402, next: 'fix', about: 'The wallet holds less than this; details say how much.' },
  unknown_currency: { status: 400, next: 'fix', about: 'No currency has this ISO 4217 code.' },
  amount_out_of_range: {
    status: 400,
    next: 'fix',
    about: 'The amount is not a whole number of minor units between one and the largest payment.',
  },
  unknown_provider: { status: 400, next: 'fix', about: 'No payment provider of that name is set up.' },
  unknown_payment: { status: 404, next: 'fix', about: 'There is no payment of that id.' },
  provider_refused: { status: 402, next: 'ask', about: 'The payment provider says no; the message holds its words.' },

  // The gateway
  unknown_path: { status: 404, next: 'fix', about: 'Nothing is served at this path.' },
  unknown_view: { status: 404, next: 'fix', about: 'There is no view of that name.' },
  entries_archived: {
    status: 409,
    next: 'ask',
    about: 'The view has rows of archived entries, which a rebuild would lose: put these back first.',
  },
  unknown_backup: {
    status: 404,
    next: 'fix',
    about: 'There is no such part: the backup is not this node’s, or nobody went on fetching it.',
  },
  backup_running: {
    status: 409,
    next: 'later',
    about: 'A backup is being fetched from this node; it makes one at a time.',
  },
  backup_failed: {
    status: 500,
    next: 'ask',
    about: 'The journal cannot be backed up; the message says what is wrong with it.',
  },
  unknown_stream: { status: 404, next: 'fix', about: 'There is no stream of that name.' },
  too_many_streams: { status: 409, next: 'fix', about: 'The socket follows streams up to the limit.' },
  too_many_sockets: {
    status: 503,
    next: 'later',
    about: 'The node, the account or the address holds sockets up to the limit.',
  },
  connected_elsewhere: {
    status: 409,
    next: 'stop',
    about: 'The device has connected anew; this older socket is closed.',
  },
  too_slow: {
    status: 503,
    next: 'later',
    about: 'The socket reads more slowly than it is told; it is closed. Connect again and resume by seq.',
  },
  gateway_failed: { status: 500, next: 'ask', about: 'The server failed on this request; it was reported.' },

  // The engine
  overloaded: {
    status: 429,
    next: 'later',
    about: 'The actor has too much to do; nothing was decided. Try again after retryAfterMs.',
  },
  too_many_requests: {
    status: 429,
    next: 'later',
    about: 'The socket or the account asks too often. Try again after retryAfterMs.',
  },
  too_late: { status: 504, next: 'later', about: 'The deadline passed before a decision; nothing was decided.' },
  unavailable: {
    status: 503,
    next: 'later',
    about: 'The actor moves, its node cannot be reached, or its store does not answer. Try again with the same id.',
  },
  stopping: {
    status: 503,
    next: 'later',
    about: 'The node is being stopped. Try again with the same id, on another one.',
  },
  parked: {
    status: 503,
    next: 'ask',
    about: 'The actor cannot read its own past and was set aside; an operator must look.',
  },
  decision_failed: {
    status: 500,
    next: 'ask',
    about: 'The actor failed on this command and changed nothing; it was reported.',
  },
  chain_too_long: {
    status: 500,
    next: 'ask',
    about: 'The turn would send the 65th message of a chain; it was refused and reported.',
  },
  unknown_actor_kind: { status: 404, next: 'fix', about: 'No actor of that kind exists.' },

  // Devices and sales
  unknown_device: { status: 404, next: 'fix', about: 'No device of that id was registered.' },
  device_registered: { status: 409, next: 'stop', about: 'A device of that id was registered before.' },
  device_retired: { status: 410, next: 'stop', about: 'The device is out of service for good.' },
  device_not_ready: {
    status: 409,
    next: 'later',
    about: 'The device cannot sell this now: nobody has claimed it, it is offline, or something is broken.',
  },
  unknown_slot: { status: 404, next: 'fix', about: 'The device has no such slot.' },
  unknown_product: { status: 404, next: 'fix', about: 'The catalogue has no such product.' },
  catalogue_full: { status: 409, next: 'ask', about: 'The catalogue has as many products as it can hold.' },
  slot_in_use: {
    status: 409,
    next: 'fix',
    about: 'The slot holds goods or a sale holds some of them, so it cannot be changed like this.',
  },
  too_many_faults: { status: 409, next: 'ask', about: 'The device has reported faults up to the limit.' },
  sold_out: { status: 409, next: 'fix', about: 'Fewer units are left than are asked for; details say how many.' },
  too_many_open_sales: {
    status: 409,
    next: 'later',
    about: 'The passenger has unpaid sales at this device up to the limit, or the device has open ones up to its own.',
  },
  unknown_sale: { status: 404, next: 'fix', about: 'The device has no open sale of that id.' },
  sale_closed: { status: 409, next: 'stop', about: 'The sale has come to its end; details say which.' },
  already_paying: { status: 409, next: 'later', about: 'A payment of this order is on its way.' },
  already_paid: { status: 409, next: 'stop', about: 'The order is paid.' },
  not_paid: { status: 409, next: 'stop', about: 'The sale is not paid, so nothing may be dropped for it.' },

  // Restocks
  unknown_station: { status: 404, next: 'fix', about: 'No station of that id was registered.' },
  not_sold_here: { status: 409, next: 'fix', about: 'The station does not sell that product.' },
  stock_reserved: { status: 409, next: 'fix', about: 'Open orders hold more units than the supply would be set to.' },
  too_many_products: { status: 409, next: 'ask', about: 'A station sells at most 256 products.' },
  too_many_open_restocks: {
    status: 409,
    next: 'later',
    about: 'The driver has unpaid orders at this station up to the limit, or the station has open ones up to its own.',
  },
  unknown_restock: { status: 404, next: 'fix', about: 'The station has no open order of that id.' },
  restock_state: {
    status: 409,
    next: 'stop',
    about: 'The order is not in a state for this; the details name its state.',
  },
  too_many_attempts: { status: 409, next: 'stop', about: 'The order was tried to be paid up to the limit.' },
  code_locked: { status: 409, next: 'ask', about: 'Too many wrong pick-up codes; the driver must ask for a new one.' },
  cart_full: { status: 409, next: 'fix', about: 'A cart has at most 200 lines.' },
  cart_empty: { status: 409, next: 'fix', about: 'No line of the cart is chosen.' },
  not_carried: { status: 409, next: 'fix', about: 'The driver carries fewer units of that product.' },
  too_many_loads: { status: 409, next: 'later', about: 'Devices have not answered the loads before.' },

  // The map
  position_jump: {
    status: 422,
    next: 'fix',
    about: 'The position lies further from the last one than a car comes in that time (150 km/h); it was dropped.',
  },
} as const satisfies Record<string, ErrorKind>;

/** A code of the registry. */
export type ErrorCode = keyof typeof errors;

/** The engine’s bounds (R8). */
import { integer } from '../setting.js';

export const engineSettings = {
  mailbox: integer('BACKSEAT_MAILBOX', 4_096, 'Commands that may wait before one actor.', 1, 1_000_000),
  asks: integer('BACKSEAT_ASKS', 65_536, 'Commands of clients that the node works on at a time.', 1, 10_000_000),
  active: integer('BACKSEAT_ACTIVE', 20_000, 'Idle actors that are kept in memory.', 0, 10_000_000),
  activeSize: integer(
    'BACKSEAT_ACTIVE_SIZE',
    134_217_728,
    'Characters of their state that are kept in memory; at most a sixteenth of the bytes of node’s heap.',
    0,
    17_179_869_184,
  ),
  idleMs: integer('BACKSEAT_IDLE_MS', 900_000, 'Whoever was not used for so long leaves memory, ms.', 0, 604_800_000),
} as const;

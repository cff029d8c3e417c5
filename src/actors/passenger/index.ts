/**
 * The passenger: his profile.
 *
 * Boundary: whatever he buys is at the device, whatever he has is in his wallet. A driver never learns who he is.
 */
import { defineActor, refuse } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { maySee } from '../shared/callers.js';
import { isWhole } from '../shared/money.js';
import type { PassengerCommands, PassengerReads } from './commands.js';

export type PassengerState = { displayName: string };
export type PassengerEvents = { profileSet: { displayName: string } };

const LONGEST_NAME = 40;

export function passengerActor() {
  return defineActor<PassengerState, PassengerCommands, PassengerEvents, PassengerReads>({
    kind: 'passenger',
    version: 1,
    initial: () => ({ displayName: '' }),
    decide: {
      setProfile(state, { displayName }, { caller, self, key }) {
        if (caller !== self && kindOf(caller) !== 'system') {
          return refuse('not_yours', 'passenger: only he himself changes his profile');
        }
        if (!isWhole(displayName.length, 1, LONGEST_NAME)) {
          return refuse('bad_input', `displayName: must be 1 to ${LONGEST_NAME} characters`);
        }
        const reply = { passenger: key };
        if (displayName === state.displayName) return { reply };
        return { reply, events: [{ type: 'profileSet', data: { displayName } }] };
      },
    },
    evolve: {
      profileSet(state, { displayName }) {
        state.displayName = displayName;
      },
    },
    reads: {
      profile: ({ displayName }, _input, context) =>
        maySee(context, context.key)
          ? { passenger: context.key, displayName }
          : refuse('not_yours', 'passenger: somebody else'),
    },
  });
}

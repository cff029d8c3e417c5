/** [runtime-tell] Messages to actors that nobody waits for. */
import { runtimeRow } from './runtime.js';

export const runtimeTell = runtimeRow('runtime-tell', {
  task: 'tells',
  text: 'told and handled',
  unit: 'messages/s',
});

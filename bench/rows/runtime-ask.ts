/** [runtime-ask] A message to an actor, and its answer. */
import { runtimeRow } from './runtime.js';

export const runtimeAsk = runtimeRow('runtime-ask', {
  task: 'asks',
  text: 'asked and answered',
  unit: 'asks/s',
});

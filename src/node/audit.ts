/** The audit of a node that serves. */
import type { System } from '../actors/runtime/system.js';
import { verify, type ReadState, type VerifyReport } from '../jobs/verify/index.js';
import type { Store } from '../store/ports.js';

/** The audit, beside the serving node: what moves on meanwhile is counted and let be. */
export async function audit(store: Store, system: System): Promise<VerifyReport> {
  await system.projected();
  const read: ReadState = async (actor, name, input) => {
    const answer = await system.read(actor, name, input, 'system:verify');
    if ('unstored' in answer) return { error: answer.unstored.message };
    const { outcome, seq } = answer.value;
    return outcome.ok ? { value: outcome.value, seq } : { error: outcome.error.message };
  };
  return verify({ journal: store.journal, views: store.views, read, serving: true });
}

/** A whole node for tests of jobs: on a folder of its own, on a free port, quiet, with cheap password hashes. */
import type { Test } from 'tap';
import { temporarySettings } from '../../src/commands/temporary.js';
import { auditFolder } from '../../src/commands/verify.js';
import { readSettings, type Settings } from '../../src/config.js';
import type { VerifyReport } from '../../src/jobs/verify/index.js';
import { startServer, type Server } from '../../src/server.js';

export const operator = { name: 'admin', password: 'a password for tests' };

export interface TestNode extends Server {
  /** Stops the node, and audits what it left. */
  closeAndVerify(): Promise<VerifyReport>;
}

/** Starts a node; the test ends it. `folder` is a new one, or one that an earlier node used. */
export async function startNode(
  t: Test,
  { folder = t.testdir({}), ...more }: { folder?: string } & Partial<Settings> = {},
): Promise<TestNode> {
  const settings: Settings = {
    ...temporarySettings(readSettings({ BACKSEAT_ADMIN_PASSWORD: operator.password }), folder),
    publicScreens: 'yes',
    // The other transport's own timer would hold the process up for four seconds after the last test.
    transport: 'node',
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    ...more,
  };
  const server = await startServer(settings, {
    failed: (error) => {
      throw error;
    },
  });
  await payersAreQuick(server.sandboxUrl);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= server.close());
  t.teardown(close);
  return {
    ...server,
    close,
    async closeAndVerify() {
      await close();
      return auditFolder(settings);
    },
  };
}

/** Whoever is asked for money in the sandbox pays at once. */
async function payersAreQuick(sandboxUrl: string): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/operator/behaviour`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ behaviour: 'pays', afterMs: 0 }),
  });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
}

/** `backseat sandbox`: the sandbox payment provider as a process of its own, which outlives the nodes that use it. */
import type { Command } from 'commander';
import { readSettings, settings, type Settings } from '../config.js';
import { startSandbox, type Sandbox } from '../gateway/payments/sandbox/server.js';
import { CannotRun } from './failure.js';
import { whole } from './options.js';
import { say } from './say.js';
import { told } from './signals.js';

interface SandboxFlags {
  readonly payAfter: number;
  readonly repeat: number;
}

/** ms; a day. */
const LONGEST = 86_400_000;

export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('Run the sandbox payment provider by itself, at BACKSEAT_SANDBOX_URL; its books are in memory.')
    .option('--pay-after <ms>', 'how long a payer takes', whole(0, LONGEST), 200)
    .option('--repeat <ms>', 'first pause before a call-back is told again', whole(1, LONGEST), 1_000)
    .action(async (flags: SandboxFlags) => {
      const sandbox = await begin(readSettings(process.env), flags);
      const stop = told(say);
      say(`backseat sandbox answers at ${sandbox.url}/`);
      await stop;
      await sandbox.close();
    });
}

/** Listens where the nodes of the same settings look for it. */
async function begin({ sandboxUrl, sandboxSecret: secret, zone }: Settings, flags: SandboxFlags): Promise<Sandbox> {
  const { env } = settings.sandboxUrl;
  if (sandboxUrl === '') throw new CannotRun(`sandbox needs ${env} and ${settings.sandboxSecret.env}`);
  const { protocol, hostname, port } = new URL(sandboxUrl);
  if (protocol !== 'http:') throw new CannotRun(`${env}: the sandbox answers http only, not ${sandboxUrl}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  const where = { host, port: port === '' ? 80 : Number(port) };
  return startSandbox({ ...where, secret, zone, payAfterMs: flags.payAfter, repeatMs: flags.repeat });
}

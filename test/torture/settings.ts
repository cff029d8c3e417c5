/**
 * What the server and the sandbox of a town are set to: short timers, and limits for callers who all share one address.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { nanoid } from 'nanoid';

/** `BACKSEAT_…` by name. */
export type Environment = Readonly<Record<string, string>>;

export const OPERATOR = { name: 'admin', password: 'the operator of the town' };

/** How long sales, restocks and payments wait for their money, ms. */
const EXPIRY_MS = 4_000;

/** @param folder the data folder */
export async function townSettings(folder: string): Promise<Environment> {
  const many = '1000000';
  const expiry = String(EXPIRY_MS);
  return {
    ...{ BACKSEAT_DATA: folder, BACKSEAT_HOST: '127.0.0.1', BACKSEAT_LOG_LEVEL: 'warn' },
    ...{ BACKSEAT_PORT: await freePort(), BACKSEAT_SANDBOX_URL: `http://127.0.0.1:${await freePort()}` },
    ...{ BACKSEAT_SANDBOX_SECRET: nanoid(32), BACKSEAT_TOKEN_SECRET: nanoid(32), BACKSEAT_ACCESS_MS: '86400000' },
    ...{ BACKSEAT_ADMIN_NAME: OPERATOR.name, BACKSEAT_ADMIN_PASSWORD: OPERATOR.password },
    ...{ BACKSEAT_HASH_MEMORY_KIB: '8', BACKSEAT_HASH_PASSES: '1', BACKSEAT_HASHES_AT_ONCE: '16' },
    ...{ BACKSEAT_SIGN_UPS_PER_MINUTE: many, BACKSEAT_GUESTS_PER_ADDRESS: many },
    ...{ BACKSEAT_ACCOUNT_RATE: many, BACKSEAT_ACCOUNT_BURST: many },
    ...{ BACKSEAT_SOCKET_RATE: many, BACKSEAT_SOCKET_BURST: many },
    ...{ BACKSEAT_ADDRESS_RATE: many, BACKSEAT_ADDRESS_BURST: many },
    ...{ BACKSEAT_ANSWER_WITHIN_MS: '60000', BACKSEAT_PAYMENT_CHECK_MS: '1000' },
    ...{ BACKSEAT_SALE_EXPIRY_MS: expiry, BACKSEAT_RESTOCK_EXPIRY_MS: expiry, BACKSEAT_PAYMENT_EXPIRY_MS: expiry },
    ...{ BACKSEAT_REPORT_EVERY_MS: '1000', BACKSEAT_SLOW_REPORT_EVERY_MS: '3000', BACKSEAT_SWEEP_EVERY_MS: '3000' },
  };
}

/** A loopback port that is free now; the same for all starts, so that everybody finds each other again. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

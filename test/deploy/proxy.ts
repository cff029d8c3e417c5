/** HAProxy with the configuration that is shipped, in front of nodes of this machine. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../support/mongo/server.js';
import { until } from '../support/until.js';
import { textOf } from './files.js';

/** For tap: false, or why a test that needs HAProxy is skipped. */
export const noHaproxy: false | string =
  spawnSync('haproxy', ['-v']).status === 0 ? false : 'needs haproxy on the path (apt-get install haproxy)';

/** What HAProxy itself says of a configuration: its messages, and whether it would start. */
export function check(path: string): { readonly sound: boolean; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('haproxy', ['-c', '-f', path], { encoding: 'utf8' });
  return { sound: status === 0, said: stdout + stderr };
}

export class Proxy {
  private constructor(
    readonly url: string,
    private readonly own: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Starts it on free ports, with the nodes at these addresses in place of node1, node2, …; resolves when it answers.
   */
  static async start(folder: string, nodes: readonly string[]): Promise<Proxy> {
    const [port, own] = [await freePort(), await freePort()];
    const shipped = textOf('deploy/haproxy.cfg')
      .replace('bind :8080', `bind 127.0.0.1:${port}`)
      .replace('bind :8404', `bind 127.0.0.1:${own}`)
      // It may hold as many sockets as this machine gives it, and a test needs few.
      .replace(/maxconn \d+/, 'maxconn 1000');
    const local = nodes.reduce((text, url, i) => text.replace(`node${i + 1}:3000`, new URL(url).host), shipped);
    const path = join(folder, 'haproxy.cfg');
    writeFileSync(path, local);
    const child = spawn('haproxy', ['-f', path], { stdio: 'ignore' });
    const proxy = new Proxy(`http://127.0.0.1:${port}`, `http://127.0.0.1:${own}`, child);
    await until('HAProxy answers', async () => (await proxy.ask('/health')) !== undefined);
    return proxy;
  }

  /** By server, whether it gets new connections. */
  async up(): Promise<Readonly<Record<string, boolean>>> {
    const page = (await this.ask('/metrics')) ?? '';
    const lines = page.matchAll(/^haproxy_server_status\{proxy="nodes",server="(\w+)",state="UP"\} (\d)/gm);
    const up: Record<string, boolean> = {};
    for (const [, server = '', is] of lines) up[server] = is === '1';
    return up;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }

  private async ask(path: string): Promise<string | undefined> {
    const answer = await fetch(`${this.own}${path}`).catch(() => undefined);
    return answer?.ok === true ? answer.text() : undefined;
  }
}

/**
 * A way to a MongoDB server on which a test can lose things: it reads what the client says, command by command, and
 * does to the next one that fits what the test asked for.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;

/** A command as the driver sent it: `insert`, `find`, …, with its options. */
export type Command = Readonly<Record<string, unknown>>;

/**
 * What happens to a command.
 *
 *   lose    the connection breaks before the server has it
 *   mute    the server has it; the connection breaks before its answer is told
 *   answer  the server never has it, and this is the answer
 *   alter   the server has it; its answer is told altered
 *   silence the server never has it, and nothing is told
 */
export type Fate =
  'lose' | 'mute' | 'silence' | { readonly answer: Command } | { readonly alter: (answer: Command) => Command };

interface Rule {
  readonly fits: (command: Command) => boolean;
  readonly fate: Fate;
  readonly done: () => void;
}

/** Bytes before the body of a message: length, request, response to, operation; then flags. */
const HEADER = 16;
const FLAGS = 4;
const OP_MSG = 2013;

export class Proxy {
  /** All commands since the beginning. */
  readonly commands: Command[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private rules: Rule[] = [];

  private constructor(private readonly target: number) {
    this.server = createServer((client) => {
      this.serve(client);
    });
  }

  /** A proxy before the server at `port`; it ends with the test. */
  static async before(t: { teardown(run: () => unknown): void }, port: number): Promise<Proxy> {
    const proxy = new Proxy(port);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      for (const socket of proxy.sockets) socket.destroy();
      proxy.server.close();
    });
    return proxy;
  }

  /** The address of a server, by way of the proxy. The driver repeats nothing by itself: every loss is seen. */
  through(url: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `${url.replace(`:${this.target}/`, `:${port}/`)}&retryWrites=false&retryReads=false`;
  }

  /** Does `fate` to the next command that fits, once; resolves when it did. */
  next(fits: Rule['fits'], fate: Fate): Promise<void> {
    return new Promise((done) => this.rules.push({ fits, fate, done }));
  }

  private serve(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const alters = new Map<number, Rule>();
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    onMessage(client, (message) => {
      const rule = this.ruleFor(message);
      if (rule === undefined) server.write(message);
      else if (rule.fate === 'lose') client.destroy();
      else if (typeof rule.fate === 'object' && 'answer' in rule.fate) {
        client.write(answerTo(message.readInt32LE(4), rule.fate.answer));
      } else if (rule.fate !== 'silence') {
        alters.set(message.readInt32LE(4), rule);
        server.write(message);
        return;
      }
      rule?.done();
    });
    onMessage(server, (message) => {
      const request = message.readInt32LE(8);
      const rule = alters.get(request);
      alters.delete(request);
      if (rule === undefined) client.write(message);
      else if (typeof rule.fate === 'object' && 'alter' in rule.fate) {
        client.write(answerTo(request, rule.fate.alter(bodyOf(message) ?? {})));
      } else client.destroy();
      rule?.done();
    });
  }

  private ruleFor(message: Buffer): Rule | undefined {
    const command = bodyOf(message);
    if (!command) return undefined;
    this.commands.push(command);
    const rule = this.rules.find(({ fits }) => fits(command));
    this.rules = this.rules.filter((other) => other !== rule);
    return rule;
  }
}

/** Calls `take` with each whole message that comes. */
function onMessage(socket: Socket, take: (message: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      take(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
}

/** The command's or answer's own document, without the documents that stand behind it. */
function bodyOf(message: Buffer): Command | undefined {
  if (message.readInt32LE(12) !== OP_MSG) return undefined;
  let at = HEADER + FLAGS;
  while (message[at] === 1) at += 1 + message.readInt32LE(at + 1);
  const body = message.subarray(at + 1, at + 1 + message.readInt32LE(at + 1));
  return BSON.deserialize(body);
}

function answerTo(request: number, answer: Command): Buffer {
  const body = BSON.serialize(answer);
  const head = Buffer.alloc(HEADER + FLAGS + 1);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(request, 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}

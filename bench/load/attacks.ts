/**
 * What a stranger does who wants others to wait, at a stated rate, until he is told to stop: his processor time is the
 * machine's too, so a rate without an end would measure the attacker.
 */
import { connect, type Socket } from 'node:net';

import { deviceId } from '../town/names.js';
import { Line, type Door } from './line.js';

/** What became of it. */
export interface Outcome {
  /** Packets, requests and connections that were tried. */
  readonly tried: number;
  /** Of them: answered with a refusal. */
  readonly refused: number;
  /** Connections that the server ended. */
  readonly ended: number;
}

/** Where it goes, and whom the attacker has an account of: the access token of a passenger. */
export interface Target extends Door {
  readonly token: string;
}

type Tally = { -readonly [K in keyof Outcome]: Outcome[K] };
type Attack = (target: Target, tally: Tally, going: () => boolean) => Promise<void>;

const WITHIN_MS = 10_000;
const TICK_MS = 20;

const page = `["device.page",{"input":{"device":"${deviceId(0)}"}}]`;
const deep = '['.repeat(30_000) + ']'.repeat(30_000);

/** By what they are called, with their rates. */
export const attacks: Readonly<Record<string, Attack>> = {
  '5,000 commands/s on one socket': async (target, tally, going) => {
    let line: Line | undefined;
    await steadily(5_000, going, async (count) => {
      line ??= await member(target, tally);
      for (let i = 0; i < count; i++) line.say(`42${i}${page}`);
      tally.tried += count;
      if (!line.isHere) line = undefined;
    });
    line?.end();
  },

  '300 connects/s': async (target, tally, going) => {
    const inside: Line[] = [];
    await steadily(300, going, (count) => {
      for (let i = 0; i < count; i++) {
        tally.tried += 1;
        Line.open(target, {}, WITHIN_MS).then(
          (line) => inside.push(watched(line, tally)),
          () => (tally.refused += 1),
        );
      }
    });
    for (const line of inside) line.end();
  },

  'asks 200/s on 2 sockets, reads nothing': async (target, tally, going) => {
    const lines = [await member(target, tally), await member(target, tally)];
    for (const line of lines) line.deaf();
    await steadily(200, going, (count) => {
      for (const line of lines) for (let i = 0; i < count; i++) line.say(`42${i}${page}`);
      tally.tried += lines.length * count;
    });
    for (const line of lines) line.end();
  },

  '500 requests of one byte a second': async (target, tally, going) => {
    const head =
      'POST /api/v1/device.page HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n';
    const sockets = Array.from({ length: 500 }, () => bare(target, tally));
    for (const socket of sockets) socket.write(head);
    await steadily(500, going, (count) => {
      for (let i = 0; i < count; i++) sockets[Math.floor(Math.random() * sockets.length)]?.write(' ');
    });
    for (const socket of sockets) socket.destroy();
  },

  '1,000 connections that say nothing': async (target, tally, going) => {
    const sockets = Array.from({ length: 500 }, () => bare(target, tally));
    tally.tried += 500;
    const lines = Array.from({ length: 500 }, () => watched(Line.to(target), tally));
    await steadily(1, going, () => undefined);
    for (const socket of sockets) socket.destroy();
    for (const line of lines) line.end();
  },

  '200 broken packets/s': async (target, tally, going) => {
    const packets = ['451-["say",{"_placeholder":true,"num":0}]', '42["say"', '4x', '42[5]', '40/x,{}', '\u0000'];
    await steadily(200, going, (count) => {
      for (let i = 0; i < count; i++) {
        tally.tried += 1;
        const line = watched(Line.to(target), tally);
        // Behind the server's greeting.
        line.onSaid = () => {
          line.onSaid = undefined;
          line.say(packets[Math.floor(Math.random() * packets.length)] ?? '');
        };
      }
    });
  },

  '40 packets/s of 60 KB, or too large': async (target, tally, going) => {
    let line: Line | undefined;
    await steadily(40, going, async (count) => {
      line ??= await member(target, tally);
      for (let i = 0; i < count; i++)
        line.say(`42${i}["device.page",{"input":${i % 20 === 19 ? `"${deep}${deep}"` : deep}}]`);
      tally.tried += count;
      if (!line.isHere) line = undefined;
    });
    line?.end();
  },

  '200 log-ins/s with wrong passwords': async (target, tally, going) => {
    await steadily(200, going, (count) => {
      for (let i = 0; i < count; i++) {
        const body = JSON.stringify({ name: `nobody${Math.floor(Math.random() * 1e6)}`, password: 'not a password' });
        const head = `POST /api/v1/auth.logIn HTTP/1.1\r\nhost: x\r\nconnection: close\r\nidempotency-key: a${tally.tried}`;
        const socket = bare(target, tally);
        socket.on('data', (heard: Buffer) => {
          if (!heard.toString().startsWith('HTTP/1.1 200')) tally.refused += 1;
          socket.destroy();
        });
        socket.write(`${head}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      }
    });
  },
};

/** Does so much a second, in small parts. */
async function steadily(perSecond: number, going: () => boolean, some: (count: number) => unknown): Promise<void> {
  const began = performance.now();
  let done = 0;
  while (going()) {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1_000) - done;
    // What a busy machine could not do is not made up for.
    const count = Math.min(due, Math.ceil((perSecond * 5 * TICK_MS) / 1_000));
    done += due;
    if (count > 0) await some(count);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

/** A socket of the passenger's. */
async function member(target: Target, tally: Tally): Promise<Line> {
  const line = watched(await Line.open(target, { token: target.token }, WITHIN_MS), tally);
  line.onSaid = (text) => {
    if (text.includes('"ok":false')) tally.refused += 1;
  };
  return line;
}

function watched(line: Line, tally: Tally): Line {
  line.onGone = () => (tally.ended += 1);
  return line;
}

/** A connection without a client. */
function bare({ url, from }: Door, tally: Tally): Socket {
  tally.tried += 1;
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), localAddress: from });
  socket.on('error', () => undefined);
  socket.on('end', () => (tally.ended += 1));
  return socket;
}

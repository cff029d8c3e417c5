/**
 * The socket.io packet format, JSON packets only: what any socket.io client sends and reads, without
 * the two costs of the general parser on the hot path (it walks every value in search of buffers, and
 * reads ids digit by digit) and without binary attachments, which nothing here takes.
 *
 * `<type>[<namespace>,][<id>][<json>]`; types 0 connect, 1 disconnect, 2 event, 3 ack, 4 refused.
 */
import type { Handshakes } from './handshakes.js';

const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;

/** One packet; `data` is what JSON said. */
export interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly id?: number | undefined;
  readonly data?: unknown;
}

/** A packet that no socket.io client sends: the connection is closed. */
class BadPacket extends Error {}

const SHAPE = /^([0-4])(?:(\/[^,]{0,64}),?)?(\d{1,15})?/;

/** Names that socket.io keeps for itself. */
const RESERVED = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']);

function decode(text: string): Packet {
  const shape = SHAPE.exec(text);
  if (!shape) throw new BadPacket('not a socket.io packet, or a binary one');
  const [head, digit, nsp = '/', id] = shape;
  const type = Number(digit);
  const data: unknown = head.length < text.length ? JSON.parse(text.slice(head.length)) : undefined;
  if (!fits(type, data)) throw new BadPacket('the payload does not fit the packet’s type');
  return { type, nsp, id: id === undefined ? undefined : Number(id), data };
}

function fits(type: number, data: unknown): boolean {
  switch (type) {
    case CONNECT:
      return data === undefined || (typeof data === 'object' && data !== null && !Array.isArray(data));
    case DISCONNECT:
      return data === undefined;
    case EVENT:
      return Array.isArray(data) && typeof data[0] === 'string' && !RESERVED.has(data[0]);
    case ACK:
      return Array.isArray(data);
    default:
      return type === CONNECT_ERROR && data !== undefined;
  }
}

export class Encoder {
  encode(packet: Packet): string[] {
    const { type, nsp, id, data } = packet;
    const head = nsp === '/' ? `${type}` : `${type}${nsp},`;
    return [`${head}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`];
  }
}

/** One connection's decoder; socket.io listens to `decoded`, and nobody else. Who asks to be let in waits for his turn. */
export class Decoder {
  private tell: ((packet: Packet) => void) | undefined;
  private asks = false;

  constructor(private readonly handshakes: Handshakes) {}

  on(_event: 'decoded', tell: (packet: Packet) => void): void {
    this.tell = tell;
  }

  removeListener(): void {
    this.tell = undefined;
  }

  /** Throws on what is no JSON packet; socket.io closes the connection then. */
  add(received: unknown): void {
    if (typeof received !== 'string') throw new BadPacket('binary data is not taken');
    const packet = decode(received);
    if (packet.type === CONNECT) this.ask(packet);
    else this.tell?.(packet);
  }

  private ask(packet: Packet): void {
    if (this.asks) throw new BadPacket('asks to be let in while it waits for that');
    this.asks = true;
    this.handshakes.add(() => {
      this.asks = false;
      this.tell?.(packet);
    });
  }

  destroy(): void {
    // Nothing is kept between packets.
  }
}

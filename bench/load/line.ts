/**
 * A connection by hand: a websocket that speaks engine.io's and socket.io's packets, with as little around it as
 * there can be, so that ten thousand of them fit into one process and their clients' work does not drown the server's.
 */
import { WebSocket } from 'ws';

/** What engine.io and socket.io say, as text. */
const [OPENED, PING, PONG, CONNECT] = ['0', '2', '3', '40'];
const REFUSED = '44';

export interface Door {
  readonly url: string;
  /** The loopback address that it comes from. */
  readonly from: string;
}

export class Line {
  /** Told what is heard, but heartbeats. */
  onSaid: ((text: string) => void) | undefined;
  /** Told once, when the connection has gone. */
  onGone: (() => void) | undefined;
  private here = true;

  private constructor(private readonly socket: WebSocket) {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text === PING) socket.send(PONG);
      else this.onSaid?.(text);
    });
    socket.once('close', () => {
      this.here = false;
      this.onGone?.();
    });
  }

  /** A websocket that has said nothing yet. */
  static to({ url, from }: Door): Line {
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    return new Line(new WebSocket(address, { perMessageDeflate: false, localAddress: from }));
  }

  /** Connects with what `auth` says; rejects when it is not let in, or not for so long. */
  static open(door: Door, auth: object, withinMs: number): Promise<Line> {
    const line = Line.to(door);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        line.end();
      }, withinMs);
      const done = (why?: string) => {
        clearTimeout(late);
        line.onGone = undefined;
        line.onSaid = undefined;
        if (why === undefined) resolve(line);
        else reject(new Error(why));
      };
      line.onGone = () => {
        done('the connection was closed before it was let in');
      };
      line.onSaid = (text) => {
        if (text.startsWith(OPENED)) line.say(CONNECT + JSON.stringify(auth));
        else if (text.startsWith(CONNECT)) done();
        else if (text.startsWith(REFUSED)) {
          line.end();
          done(text);
        }
      };
    });
  }

  get isHere(): boolean {
    return this.here;
  }

  /** Sends a packet, while there is somebody to take it. */
  say(packet: string | Uint8Array): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(packet);
  }

  /** Reads nothing from now on. */
  deaf(): void {
    this.socket.pause();
  }

  end(): void {
    this.socket.terminate();
  }
}

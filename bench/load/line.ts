/**
 * A device's connection by hand: a websocket that speaks engine.io's and socket.io's packets, with as little around it as
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
  /** Told once, when the connection has gone. */
  onGone: (() => void) | undefined;
  private here = true;

  private constructor(private readonly socket: WebSocket) {
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.here = false;
      this.onGone?.();
    });
  }

  /** Connects with what `auth` says; rejects when it is not let in, or hears nothing for so long. */
  static open({ url, from }: Door, auth: object, withinMs: number): Promise<Line> {
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(address, { perMessageDeflate: false, localAddress: from });
    const line = new Line(socket);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        socket.terminate();
      }, withinMs);
      const gone = () => {
        clearTimeout(late);
        reject(new Error('the connection was closed before it was let in'));
      };
      line.onGone = gone;
      socket.on('message', (data: Buffer) => {
        const said = data.toString();
        if (said === PING) socket.send(PONG);
        else if (said.startsWith(OPENED)) socket.send(CONNECT + JSON.stringify(auth));
        else if (said.startsWith(CONNECT)) {
          clearTimeout(late);
          line.onGone = undefined;
          resolve(line);
        } else if (said.startsWith(REFUSED)) {
          clearTimeout(late);
          line.onGone = undefined;
          socket.terminate();
          reject(new Error(said));
        }
      });
    });
  }

  get isHere(): boolean {
    return this.here;
  }

  end(): void {
    this.socket.terminate();
  }
}

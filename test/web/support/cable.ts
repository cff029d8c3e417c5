/** A cable between a browser and a server, for tests that cut it. It carries bytes and knows no protocol. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class Cable {
  private readonly ends = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (near) => {
      this.join(near);
    });
  }

  /** A cable to the server on a loopback port; `url` is its near end. */
  static async to(port: number): Promise<Cable> {
    const server = createServer();
    const cable = new Cable(server, port);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return cable;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Every connection breaks, and none can be made until `restore`. */
  cut(): void {
    this.isCut = true;
    for (const end of this.ends) end.destroy();
  }

  /** Bytes are lost from here on, and nobody is told. New connections carry. */
  silence(): void {
    for (const end of this.ends) end.unpipe().resume();
  }

  restore(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    if (this.isCut) {
      near.destroy();
      return;
    }
    const far = connect(this.port, '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => {
        this.ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }
}

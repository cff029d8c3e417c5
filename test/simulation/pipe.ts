/** One direction of a connection: what is sent arrives in its order, and not at all while it is blocked. */
export class Pipe {
  private waiting: (() => void)[] = [];
  private ripe = 0;
  private blocked = false;

  constructor(
    private readonly clock: { after(ms: number, run: () => void): unknown },
    private readonly ms: () => number,
  ) {}

  /** `arrive` is called at the other end, if ever. */
  send(arrive: () => void): void {
    this.waiting.push(arrive);
    this.clock.after(this.ms(), () => {
      this.ripe++;
      this.flow();
    });
  }

  /** Holds up what arrives, or lets it through. */
  block(blocked: boolean): void {
    this.blocked = blocked;
    this.flow();
  }

  /** The connection is broken: nothing more arrives. */
  drop(): void {
    this.waiting = [];
    this.blocked = true;
  }

  private flow(): void {
    while (!this.blocked && this.ripe > 0) {
      this.ripe--;
      this.waiting.shift()?.();
    }
  }
}

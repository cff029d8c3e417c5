/**
 * How those who make the traffic come in: the platform's operator lets stations and devices in, people sign up, and
 * each gets a connection of its own. Coming in a second time finds what the first time made.
 */
import { nanoid } from 'nanoid';
import type { Auth } from '../../client/index.js';
import { Line, Refused } from './line.js';
import { Session, type LoggedIn } from './session.js';

/** Someone who came in. */
export interface Person {
  /** `dr_…`, `p_…`. */
  readonly key: string;
  readonly line: Line;
}

/** A slot as a driver plans it. */
export interface PlannedSlot {
  readonly slot: number;
  readonly product: string;
  readonly capacity: number;
  readonly price: number;
}

/** The platform's side of the door. */
export class Entrance {
  private readonly lines: Line[] = [];
  private closed = false;
  private came = 0;

  private constructor(
    private readonly urls: readonly string[],
    /**
     * The platform operator's own connection. A name that is taken is its answer, not somebody's refusal: not counted.
     */
    readonly platform: Line,
    private readonly passwordOf: (name: string) => string,
    private readonly onRefused: (code: string) => void,
  ) {}

  /**
   * Logs the platform's operator in.
   * @param urls the server, or the nodes of one, among which those who come in are spread
   * @param passwordOf what each person who signs up here chooses
   */
  static async open(
    urls: string | readonly string[],
    operator: { readonly name: string; readonly password: string },
    passwordOf: (name: string) => string = () => nanoid(),
    onRefused: (code: string) => void = () => undefined,
  ): Promise<Entrance> {
    const all = typeof urls === 'string' ? [urls] : urls;
    const [url = ''] = all;
    const guest = await Line.open(url, {});
    try {
      const session = new Session(url, await guest.ask('auth.logIn', operator));
      return new Entrance(all, await Line.open(url, () => session.auth()), passwordOf, onRefused);
    } finally {
      guest.close();
    }
  }

  /** A passenger or a driver signs up, or logs in where the name is his already. */
  async person(role: 'passenger' | 'driver', name: string, displayName: string): Promise<Person> {
    const password = this.passwordOf(name);
    const came = await this.unless(
      'name_taken',
      this.platform.ask('auth.signUp', { role, name, password, displayName }),
    );
    return this.connect(came ?? (await this.logIn(name)));
  }

  /** Someone of a station's staff accepts an invitation, or logs in. */
  async clerk(station: string, name: string): Promise<Person> {
    const password = this.passwordOf(name);
    const invitation = { role: 'station' as const, station, name, displayName: name };
    const invited = await this.unless('name_taken', this.platform.ask('auth.invite', invitation));
    if (!invited) return this.connect(await this.logIn(name));
    return this.connect(await this.platform.ask('auth.accept', { code: invited.code, name, password }));
  }

  /** Registers a device, and connects it with its key. The same registration again hands out the same key. */
  async device(id: string, about: { readonly name: string; readonly currency?: string }): Promise<Line> {
    const made = await this.platform.ask('device.register', { id, ...about }, { id: `register-${id}` });
    return this.line({ device: id, key: made.key });
  }

  /** Makes a device a driver's own, with the code that it shows, and plans its slots, knowing those that it has. */
  async fitOut(
    device: string,
    box: Line,
    driver: Line,
    plan: (present: readonly PlannedSlot[]) => readonly PlannedSlot[],
  ): Promise<readonly PlannedSlot[]> {
    const { code } = await box.ask('device.showCode', {});
    await driver.ask('device.claim', { device, code });
    const home = await driver.ask('device.home', { device });
    const present = home.slots.map(({ slot, product, capacity, price }) => ({ slot, product, capacity, price }));
    const slots = plan(present);
    await driver.ask('device.planogram', { device, slots: [...slots] });
    return slots;
  }

  /** Closes the connections of all who came in here. */
  close(): void {
    this.closed = true;
    for (const line of [this.platform, ...this.lines]) line.close();
  }

  private logIn(name: string): Promise<LoggedIn> {
    return this.platform.ask('auth.logIn', { name, password: this.passwordOf(name) });
  }

  private async connect(loggedIn: LoggedIn): Promise<Person> {
    const session = new Session(this.door(), loggedIn);
    return { key: session.key, line: await this.line(() => session.auth()) };
  }

  /** The next node in turn. */
  private door(): string {
    return this.urls[this.came++ % this.urls.length] ?? '';
  }

  private async line(auth: Auth | (() => Promise<Auth>)): Promise<Line> {
    const line = await Line.open(this.door(), auth, this.onRefused);
    this.lines.push(line);
    if (this.closed) line.close();
    return line;
  }

  private async unless<T>(code: string, answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Refused && error.code === code) return undefined;
      throw error;
    }
  }
}

/**
 * A log-in that stays good: hands out an access token at every connect, and gets a new one when it has run out.
 */
import { keyOf } from '../../actors/runtime/ids.js';
import { connect, type Auth, type Requests } from '../../client/index.js';

/** What a log-in answers. */
export type LoggedIn = Requests['auth.logIn']['output'];

/** An access token with less life than that is not shown any more, ms. */
const MARGIN = 30_000;

/** One person's session. */
export class Session {
  constructor(
    private readonly url: string,
    private loggedIn: LoggedIn,
  ) {}

  /** `dr_…`, `p_…`, `st_…`. */
  get key(): string {
    return keyOf(this.loggedIn.subject);
  }

  /** What to connect with now. */
  async auth(): Promise<Auth> {
    if (this.loggedIn.expiresAt < Date.now() + MARGIN) await this.refresh();
    return { token: this.loggedIn.access };
  }

  /** As a guest, because without a token one is nobody. */
  private async refresh(): Promise<void> {
    const guest = connect(this.url);
    try {
      this.loggedIn = await guest.ask('auth.refresh', { refresh: this.loggedIn.refresh });
    } finally {
      guest.close();
    }
  }
}

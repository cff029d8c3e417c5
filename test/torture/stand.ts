/**
 * A town at the door of the product, and its payment provider, for tests that treat the product badly: whatever ends,
 * it is started again on the same data, and everybody asks again under the same ids.
 */
import { setTimeout as pause } from 'node:timers/promises';

import type { Settings } from '../../src/config.js';
import type { Dice } from '../../src/jobs/demo/city/dice.js';
import { Ledger } from './ledger.js';
import { buy, drive } from './people.js';
import type { Provider } from './provider.js';
import type { Environment } from './settings.js';
import { Town } from './town.js';
import type { TownSize } from './town-size.js';
import { until } from '../support/until.js';

export abstract class Stand {
  readonly ledger = new Ledger();
  private settled: Town | undefined;

  protected constructor(
    readonly dice: Dice,
    /** Where the data is, for people. */
    readonly place: string,
    readonly environment: Environment,
    readonly provider: Provider,
  ) {}

  /** What the town connects to. */
  abstract get url(): string;
  /** Each server that is to be there. */
  abstract get urls(): readonly string[];
  /** Of a server that opens the data when nobody else does. */
  abstract get settings(): Settings;
  /** Resolves when all serve. */
  abstract start(): Promise<void>;
  /** Tells all to stop; who does not stop in order is a violation. */
  abstract stop(): Promise<void>;

  get town(): Town {
    if (!this.settled) throw new Error('the town is not settled');
    return this.settled;
  }

  /** Everybody is connected, and hears. */
  readonly everybodyBack = (): Promise<void> =>
    until('everybody is back', () => this.town.callers.every(({ present }) => present));

  /** Everybody is there and at work, and so much is on its way. */
  async busy(inFlight: number, forMs = 0): Promise<void> {
    await this.everybodyBack();
    this.town.open();
    await pause(forMs);
    await until(`${inFlight} commands in flight`, () => this.ledger.inFlight >= inFlight);
  }

  /** Everybody hangs up. */
  protected leave(): void {
    this.settled?.leave();
  }

  /** Lets the town begin its day. */
  protected async settle(size: TownSize): Promise<void> {
    const { ledger, provider, dice, environment } = this;
    const secret = environment['BACKSEAT_TOKEN_SECRET'] ?? '';
    const town = await Town.settle({ url: this.url, secret, ledger, provider }, dice, size);
    this.settled = town;
    for (const { caller, devices } of town.passengers) {
      for (let hand = 0; hand < size.hands; hand++) {
        town.track(`a purchase of ${caller.subject}`, buy(town, caller, devices));
      }
    }
    for (const car of town.cars) town.track(`a restock of ${car.driver.subject}`, drive(town, car));
  }
}

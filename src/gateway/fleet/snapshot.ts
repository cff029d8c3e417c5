/**
 * The big screen's snapshot: figures of the rankings and the census, each with the seq that it was read
 * at, so that a screen follows their streams from exactly there; and the map from memory.
 *
 * Boundary: reads actors and positions; owns nothing. Figures only grow, so the ten first rows of
 * (snapshot ∪ later pushes) are exact.
 */
import { CATALOGUE, type CatalogueReads } from '../../actors/catalogue/commands.js';
import { FLEET, type Census } from '../../actors/fleet/commands.js';
import { rankingId, type Board, type RankedRow, type Totals } from '../../actors/ranking/commands.js';
import type { Clock } from '../../actors/runtime/clock.js';
import type { Engine, Unstored } from '../../actors/runtime/engine.js';
import { businessDay, dayEndsAt, daysUpTo, periodsOf, type PeriodName } from '../../actors/shared/period.js';
import type { Settings } from '../../config.js';
import type { ActorId, Json } from '../../store/ports.js';
import { told } from '../answer.js';
import type { Told } from '../contract/declare.js';
import type { Positions } from '../geo/positions.js';
import type { NearestStations } from '../geo/stations.js';

/** Rows of each list, and days of the curve. */
const TOP = 10;
const DAYS = 7;
/** Who asks the actors. */
const SELF = 'system:screen';

export interface FleetOptions {
  readonly engine: Pick<Engine, 'read'>;
  readonly positions: Pick<Positions, 'cars'>;
  readonly stations: Pick<NearestStations, 'all'>;
  readonly settings: Pick<Settings, 'zone' | 'currency' | 'cityName' | 'cityNameEn' | 'cityLon' | 'cityLat'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A value, and the seq that it was read at. */
interface At<T> {
  readonly value: T;
  readonly seq: number;
}

/** An actor could not be read: the whole snapshot is refused, as half of one would be wrong. */
class NotRead extends Error {
  constructor(readonly why: Unstored) {
    super(why.unstored.message);
  }
}

export class Fleet {
  constructor(private readonly options: FleetOptions) {}

  async snapshot(period: PeriodName): Promise<Told> {
    try {
      return told(await this.compose(period));
    } catch (error) {
      if (error instanceof NotRead) return error.why;
      throw error;
    }
  }

  private async compose(period: PeriodName): Promise<Json> {
    const { settings, clock, positions, stations } = this.options;
    const { zone, currency, cityName, cityNameEn, cityLon, cityLat } = settings;
    const at = clock.now();
    const day = businessDay(at, zone);
    const periods = periodsOf(day);
    const [today, shown] = [rankingId('day', periods, currency), rankingId(period, periods, currency)];
    const [todays, board, census, curve] = await Promise.all([
      this.read<Board>(today, 'board', { limit: 1 }),
      this.read<Board>(shown, 'board', { limit: TOP }),
      this.read<Census>(`fleet:${FLEET}`, 'census', {}),
      Promise.all(daysUpTo(day, DAYS).map((one) => this.point(one))),
    ]);
    const { products, ...others } = board.value.top;
    return {
      ...{ at, zone, currency, day, dayEndsAt: dayEndsAt(at, zone), curve },
      city: { name: cityName, nameEn: cityNameEn, lon: cityLon, lat: cityLat },
      today: { stream: `${today}/fleet`, head: todays.seq, totals: todays.value.totals },
      shown: {
        ...{ period, stream: `${shown}/fleet`, head: board.seq, totals: board.value.totals },
        top: { products: await this.inEnglish(products), ...others },
      },
      census: { stream: `fleet:${FLEET}/census`, head: census.seq, ...census.value },
      stations: stations.all().map(({ id, lon, lat, fields }) => ({ id, name: fields['name'] ?? id, lon, lat })),
      cars: positions.cars(),
      recent: todays.value.recent,
    };
  }

  private async point(day: string): Promise<Json> {
    const ranking = rankingId('day', periodsOf(day), this.options.settings.currency);
    const { value } = await this.read<Totals>(ranking, 'totals', {});
    const { stations, devices } = value;
    return { day, stations: stations.amount, devices: devices.amount, orders: stations.orders + devices.orders };
  }

  /** Products with their English names, where the catalogue has them. */
  private async inEnglish(rows: readonly RankedRow[]): Promise<readonly Json[]> {
    const question = { products: rows.map(({ id }) => id) };
    const answer = await this.options.engine.read(`catalogue:${CATALOGUE}`, 'named', question, SELF);
    if ('unstored' in answer || !answer.value.outcome.ok) return rows;
    const { products } = answer.value.outcome.value as CatalogueReads['named']['reply'];
    return rows.map((row) => {
      const nameEn = products[row.id]?.nameEn;
      return nameEn === undefined ? row : { ...row, nameEn };
    });
  }

  private async read<T>(actor: ActorId, name: string, question: Json): Promise<At<T>> {
    const answer = await this.options.engine.read(actor, name, question, SELF);
    if ('unstored' in answer) throw new NotRead(answer);
    const { outcome, seq } = answer.value;
    if (!outcome.ok) throw new NotRead({ unstored: outcome.error });
    return { value: outcome.value as T, seq };
  }
}

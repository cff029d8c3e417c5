/**
 * A server that speaks to a screen exactly as the real one does, with a city in the test's hand. It
 * counts by adding up what was sold; the screen must come to the same figures.
 */
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { Server } from 'socket.io';
import type {
  Car,
  City,
  CurveDay,
  Followed,
  Order,
  Period,
  Push,
  Snapshot,
  Station,
} from '../../../web/src/line/protocol.js';
import { Census, Ranking, type Touched } from './books.js';

export interface FakeCityOptions {
  /** Folder of the built page. */
  readonly page: string;
  readonly city: City;
  readonly stations: readonly Station[];
  readonly cars: readonly Car[];
  /** The six days before today. */
  readonly past?: readonly CurveDay[];
  readonly at?: number;
  /** What a screen must bring to be let in. */
  readonly key?: string;
}

/** One order as a test asks for it; amounts in minor units. */
export interface Sold {
  readonly kind: Order['kind'];
  readonly amount: number;
  readonly what: string;
  readonly where: string;
  readonly touched: Touched;
  readonly units?: number;
  readonly place?: { readonly lon: number; readonly lat: number };
}

type Answer = (answer: { ok: true; value: unknown } | { ok: false; error: { code: string; message: string } }) => void;

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const PERIODS: readonly Period[] = ['day', 'week', 'month', 'year', 'all'];
const DAY = 86_400_000;
const ZONE = 'Asia/Shanghai';
const CURRENCY = 'CNY';

export class FakeCity {
  readonly rankings = new Map<Period, Ranking>();
  readonly census: Census;
  recent: Order[] = [];
  private readonly http: HttpServer;
  private readonly io: Server;
  private readonly formerDays = new Map<string, Ranking>();
  private past: CurveDay[];
  private cars: Map<string, Car>;
  private shift: number;
  private orders = 0;
  private isMute = false;

  private constructor(private readonly options: FakeCityOptions) {
    this.shift = (options.at ?? Date.now()) - Date.now();
    this.cars = new Map(options.cars.map((car) => [car.id, car]));
    this.past = [...(options.past ?? pastDays(this.now()))];
    this.census = new Census(options.cars.length, options.cars.filter(({ online }) => online).length);
    for (const period of PERIODS) this.rankings.set(period, this.open(period));
    this.http = createServer((request, response) => {
      this.handOut(request.url ?? '/', response);
    });
    // Pings so seldom that only the screen's own watch can notice a silent line.
    this.io = new Server(this.http, { pingInterval: 300_000, pingTimeout: 300_000 });
    this.io.use((socket, next) => {
      const { screen } = socket.handshake.auth;
      const isOpen = options.key === undefined || screen === options.key;
      next(isOpen ? undefined : Object.assign(new Error('refused'), { data: { code: 'not_logged_in' } }));
    });
    this.io.on('connection', (socket) => {
      socket.on('fleet.snapshot', ({ input }: { input: { period: Period } }, answer: Answer) => {
        answer({ ok: true, value: this.snapshot(input.period) });
      });
      socket.on('stream.follow', ({ input }: { input: { stream: string; after: number } }, answer: Answer) => {
        void socket.join(input.stream);
        answer({ ok: true, value: this.follow(input.stream, input.after) });
      });
      socket.on('stream.leave', ({ input }: { input: { stream: string } }, answer: Answer) => {
        void socket.leave(input.stream);
        answer({ ok: true, value: null });
      });
    });
  }

  static async open(options: FakeCityOptions): Promise<FakeCity> {
    const city = new FakeCity(options);
    city.http.listen(0, '127.0.0.1');
    await once(city.http, 'listening');
    return city;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  now(): number {
    return Date.now() + this.shift;
  }

  get today(): Ranking {
    const day = this.rankings.get('day');
    if (!day) throw new Error('no ranking of the day');
    return day;
  }

  /** One order goes through, and every ranking hears of it. */
  sell({ kind, amount, what, where, touched, units = 1, place }: Sold): Order {
    const spot = place ? { lon: place.lon, lat: place.lat } : {};
    const order: Order = { id: `s_${++this.orders}`, at: this.now(), kind, where, what, amount, ...spot };
    this.recent = [order, ...this.recent].slice(0, 50);
    for (const ranking of this.rankings.values()) this.push(ranking.take(order, touched, units));
    return order;
  }

  /** Cars went on; those unknown join. */
  drive(cars: readonly Car[]): void {
    for (const car of cars) this.cars.set(car.id, car);
    this.io.emit('volatile', { name: 'cars', data: { cars } });
  }

  count(total: number, online: number): void {
    this.push(this.census.count(total, online));
  }

  /** A push that is told to nobody: whoever follows has a gap. */
  swallow(sold: Sold): void {
    this.isMute = true;
    this.sell(sold);
    this.isMute = false;
  }

  /** Jumps into the next business day; gives the milliseconds by which the clocks of others must jump. */
  midnight(): number {
    const ms = dayEnd(this.now()) - this.now() + 500;
    const { totals } = this.today;
    const closed = {
      day: dayOf(this.now()),
      stations: totals.stations.amount,
      devices: totals.devices.amount,
      orders: totals.stations.orders + totals.devices.orders,
    };
    this.past = [...this.past, closed].slice(-6);
    this.formerDays.set(this.today.stream.name, this.today);
    this.shift += ms;
    this.rankings.set('day', this.open('day'));
    return ms;
  }

  snapshot(period: Period): Snapshot {
    const shown = this.rankings.get(period) ?? this.today;
    const { today, census } = this;
    const { stations, devices } = today.totals;
    const day = dayOf(this.now());
    return {
      at: this.now(),
      zone: ZONE,
      currency: CURRENCY,
      city: this.options.city,
      day,
      dayEndsAt: dayEnd(this.now()),
      today: { stream: today.stream.name, head: today.stream.head, totals: today.totals },
      shown: { period, stream: shown.stream.name, head: shown.stream.head, totals: shown.totals, top: shown.top() },
      curve: [
        ...this.past,
        { day, stations: stations.amount, devices: devices.amount, orders: stations.orders + devices.orders },
      ],
      census: { stream: census.stream.name, head: census.stream.head, total: census.total, online: census.online },
      stations: this.options.stations,
      cars: [...this.cars.values()],
      recent: this.recent,
    };
  }

  async close(): Promise<void> {
    await this.io.close();
  }

  private open(period: Period): Ranking {
    return new Ranking(period, period === 'day' ? dayOf(this.now()) : period, CURRENCY);
  }

  private push(push: Push): void {
    if (!this.isMute) this.io.to(push.stream).emit('push', push);
  }

  private follow(name: string, after: number): Followed {
    const streams = [...this.rankings.values(), ...this.formerDays.values(), this.census].map(({ stream }) => stream);
    const stream = streams.find((other) => other.name === name);
    if (!stream) throw new Error(`no stream ${name}`);
    return { head: stream.head, missed: stream.pushes.filter(({ seq }) => seq > after), lagged: false };
  }

  private handOut(url: string, response: ServerResponse): void {
    const path = new URL(url, 'http://localhost').pathname;
    const file = join(this.options.page, normalize(path === '/' ? '/index.html' : path));
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'font/woff2' });
    createReadStream(file).pipe(response);
  }
}

/** The business day 'YYYY-MM-DD' of a time. */
export function dayOf(at: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(at);
}

/** The zone has no summer time, so its midnights are a day apart. */
function dayEnd(at: number): number {
  const offset = 8 * 3_600_000;
  return Math.floor((at + offset) / DAY + 1) * DAY - offset;
}

function pastDays(now: number): CurveDay[] {
  return Array.from({ length: 6 }, (_, n) => ({ day: dayOf(now - (6 - n) * DAY), stations: 0, devices: 0, orders: 0 }));
}

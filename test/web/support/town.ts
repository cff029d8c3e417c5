/** A believable town in the afternoon: sixty stations, products and drivers by name, six days behind it. */
import type { City, CurveDay, Row, Station, Top, Totals } from '../../../web/src/line/protocol.js';
import { dayOf, FakeCity, type Sold } from './fakeCity.js';
import { randomFrom } from './random.js';
import { Traffic } from './traffic.js';

const DAY = 86_400_000;
export const CITY: City = { name: '上海', nameEn: 'Shanghai', lon: 121.4737, lat: 31.2304 };

const PRODUCTS = [
  ['矿泉水 550ml', 'Spring water 550 ml', 300],
  ['无糖乌龙茶', 'Oolong tea, unsweetened', 600],
  ['白桃气泡水', 'Sparkling water, peach', 650],
  ['能量饮料 250ml', 'Energy drink 250 ml', 700],
  ['每日坚果 25g', 'Daily nuts 25 g', 590],
  ['原味薯片', 'Potato crisps, salted', 750],
  ['花生巧克力棒', 'Chocolate bar 51 g', 500],
  ['芒果干', 'Dried mango', 1290],
  ['青柠维生素水', 'Vitamin drink, lime', 550],
  ['即饮拿铁', 'Ready latte', 1200],
  ['手帕纸', 'Pocket tissues', 250],
  ['薄荷口香糖', 'Mint chewing gum', 450],
  ['Type-C 充电线', 'USB-C charging cable', 1990],
  ['一次性雨衣', 'Rain poncho', 900],
] as const;
const PLACES =
  '人民广场 静安寺 徐家汇 陆家嘴 五角场 中山公园 虹桥枢纽 新天地 打浦桥 大柏树 曹杨路 世纪大道 张江高科 龙阳路 金桥 上海南站 上海火车站 莘庄 七宝 江湾镇 长寿路 南京西路 豫园 老西门 四川北路 北外滩 临平路 鞍山新村 真如 镇坪路 娄山关路 古北 漕河泾 田林 龙华 世博园 东方体育中心 三林 花木 蓝村路 塘桥 浦电路 源深 民生路 杨高中路 外高桥 高桥 杨树浦 控江路 彭浦 汶水路 大宁 延长路 江苏路 交通大学 上海图书馆 衡山路 嘉善路 大世界 徐泾东'.split(
    ' ',
  );
const FAMILIES = '王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗'.split(' ');
const GIVEN = ['建国', '志强', '伟', '海燕', '秀英', '俊杰', '国庆', '丽华', '小军', '春梅', '文博', '卫东'];

export class Town {
  readonly stations: readonly Station[];
  private readonly drivers: readonly string[];
  private constructor(
    readonly traffic: Traffic,
    private readonly random: () => number,
  ) {
    this.stations = PLACES.map((name, n) => ({ id: `st_${n}`, name: `${name}站`, ...traffic.stand() }));
    this.drivers = Array.from({ length: 120 }, () => `${this.one(FAMILIES)}${this.one(GIVEN)}`);
  }

  static of(cars: number, at: number, seed: number): Town {
    const random = randomFrom(seed);
    return new Town(new Traffic(CITY, cars, random, at), random);
  }

  async open(page: string, at: number): Promise<FakeCity> {
    const { stations, traffic } = this;
    const past = Array.from({ length: 6 }, (_, n): CurveDay => {
      const stations = Math.round(15_200_000 + this.random() * 6_800_000);
      const devices = Math.round(stations * (0.55 + this.random() * 0.1));
      return { day: dayOf(at - (6 - n) * DAY), stations, devices, orders: Math.round(stations / 4_200) };
    });
    const city = await FakeCity.open({ page, at, city: CITY, stations, cars: traffic.cars, past });
    for (const [period, ranking] of city.rankings) {
      const days = { day: 1, week: 6, month: 21, year: 310, all: 400 }[period];
      ranking.begin(this.totals(days), this.top(days));
    }
    for (let n = 0; n < 14; n++) city.sell({ ...this.order() });
    return city;
  }

  /** An order as it may happen any second: mostly a sale in a car, sometimes a restock. */
  order(): Sold {
    const n = Math.floor(this.random() * this.random() * PRODUCTS.length);
    const [product, productEn, cost] = PRODUCTS[n] ?? PRODUCTS[0];
    const driver = Math.floor(this.random() * this.random() * this.drivers.length);
    const driven = { id: `dr_${driver}`, name: this.drivers[driver] ?? '' };
    const units = this.random() < 0.2 ? 2 : 1;
    const car = this.one(this.traffic.cars.filter(({ online }) => online));
    if (this.random() > 0.15) {
      const touched = [
        { list: 'drivers' as const, ...driven },
        { list: 'devices' as const, id: car.id, name: car.id },
      ];
      const where = `沪A·${car.id.slice(2)}D`;
      return { kind: 'sale', what: product, where, units, amount: cost * units, touched, place: car };
    }
    const at = Math.floor(this.random() * this.random() * this.stations.length);
    const station = this.stations[at] ?? this.one(this.stations);
    const touched = [
      { list: 'products' as const, id: `pr_${n}`, name: product, nameEn: productEn },
      { list: 'stations' as const, id: station.id, name: station.name },
    ];
    return {
      kind: 'restock',
      what: product,
      where: station.name,
      units: 12,
      amount: cost * 9,
      touched,
      place: station,
    };
  }

  private totals(days: number): Totals {
    return {
      stations: { amount: 12_845_000 * days, orders: 412 * days },
      devices: { amount: 7_623_450 * days, orders: 9_874 * days },
    };
  }

  private top(days: number): Top {
    const rows = (
      first: number,
      each: number,
      named: (n: number) => { id: string; name: string; nameEn?: string },
    ): Row[] =>
      Array.from({ length: 10 }, (_, n) => {
        const amount = Math.round(first * days * 0.88 ** n * (0.96 + this.random() * 0.08)) * 100;
        return { ...named(n), amount, count: Math.round(amount / each) };
      });
    return {
      products: rows(18_400, 520, (n) => {
        const [name, nameEn] = PRODUCTS[n] ?? PRODUCTS[0];
        return { id: `pr_${n}`, name, nameEn };
      }),
      stations: rows(6_900, 31_000, (n) => ({ id: `st_${n}`, name: this.stations[n]?.name ?? '' })),
      drivers: rows(1_120, 770, (n) => ({ id: `dr_${n}`, name: this.drivers[n] ?? '' })),
      devices: rows(980, 770, (n) => ({ id: `d_${String(n + 1).padStart(4, '0')}`, name: `沪A·${n}` })),
    };
  }

  private one<T>(of: readonly T[]): T {
    const drawn = of[Math.floor(this.random() * of.length)];
    if (drawn === undefined) throw new Error('nothing to draw from');
    return drawn;
  }
}

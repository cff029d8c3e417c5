/** Every word on the screen, in both languages. */
import type { LineState } from '../line/state.js';
import type { Period } from '../line/protocol.js';
import type { Language } from './language.js';

export interface Words {
  readonly stationSales: string;
  readonly carSales: string;
  readonly yesterday: string;
  readonly orders: string;
  readonly noOrders: string;
  /** Where orders came from: the cars' passengers, the drivers' restocks. */
  readonly inCars: string;
  readonly restocks: string;
  readonly cars: string;
  readonly online: string;
  readonly offline: string;
  readonly fewOnline: string;
  readonly sevenDays: string;
  readonly today: string;
  readonly products: string;
  readonly stations: string;
  readonly drivers: string;
  readonly map: string;
  readonly sales: string;
  /** Column heads: what a list counts. */
  readonly units: string;
  readonly times: string;
  readonly amount: string;
  readonly periods: Readonly<Record<Period, string>>;
  /** `seconds` since the line was last heard, `since` the time of day (hh:mm) of that. */
  readonly line: Readonly<Record<LineState, (told: { seconds: number; since: string }) => string>>;
}

const chinese: Words = {
  stationSales: '今日站点销售',
  carSales: '车内销售',
  yesterday: '昨日',
  orders: '今日订单',
  noOrders: '今日暂无订单',
  inCars: '车内',
  restocks: '补货',
  cars: '车辆',
  online: '在线',
  offline: '离线',
  fewOnline: '在线车辆异常偏少',
  sevenDays: '近七日',
  today: '今日',
  products: '商品',
  stations: '站点',
  drivers: '司机',
  map: '车辆与站点地图',
  sales: '实时订单',
  units: '件',
  times: '单',
  amount: '金额',
  periods: { day: '今日', week: '本周', month: '本月', year: '今年', all: '累计' },
  line: {
    starting: () => '正在连接',
    live: () => '实时',
    quiet: ({ seconds }) => `等待数据 ${seconds} 秒`,
    reconnecting: ({ seconds }) => `▲ 正在重连 ${seconds} 秒`,
    stale: ({ since }) => `■ 数据停于 ${since}`,
    refused: () => '■ 未获授权',
  },
};

const english: Words = {
  stationSales: 'Station sales today',
  carSales: 'In-car sales',
  yesterday: 'Yesterday',
  orders: 'Orders today',
  noOrders: 'No orders yet',
  inCars: 'in cars',
  restocks: 'restocks',
  cars: 'Cars',
  online: 'online',
  offline: 'offline',
  fewOnline: 'Unusually few online',
  sevenDays: 'Last seven days',
  today: 'Today',
  products: 'Products',
  stations: 'Stations',
  drivers: 'Drivers',
  map: 'Map of cars and stations',
  sales: 'Orders as they happen',
  units: 'units',
  times: 'orders',
  amount: 'amount',
  periods: { day: 'today', week: 'this week', month: 'this month', year: 'this year', all: 'ever' },
  line: {
    starting: () => 'Connecting',
    live: () => 'Live',
    quiet: ({ seconds }) => `Quiet for ${seconds} s`,
    reconnecting: ({ seconds }) => `▲ Reconnecting ${seconds} s`,
    stale: ({ since }) => `■ Stale since ${since}`,
    refused: () => '■ Not authorised',
  },
};

const TABLE: Readonly<Record<Language, Words>> = { 'zh-CN': chinese, en: english };

export function wordsOf(language: Language): Words {
  return TABLE[language];
}

/**
 * What the map draws, from below: streets, density, cars, stations, orders. Every series has an id
 * for life and is only merged into.
 */
import type { EChartsCoreOption } from 'echarts/core';
import type { Car, Station } from '../line/protocol.js';
import { color, fontSize, stroke } from '../stage/theme.js';
import type { Frame, Point } from './geo.js';
import { corners, type Hexagon } from './hexagons.js';
import type { Segment } from './streets.js';

/** Up to here cars glide; above they step, and density is told by hexagons. */
export const FEW = 300;
/** From here on cars are dots of 3 px. */
const MANY = 2_000;
const WIDTHS = [1, 1.5, 2.5];
/** So few cars carry their names. */
const NAMED = 3;

export type Placed<T> = { readonly it: T; readonly point: Point };

/** The plane and all series, empty. `px` is one u. */
export function plane(frame: Frame, px: number): EChartsCoreOption {
  const still = { silent: true, animation: false, coordinateSystem: 'cartesian2d', data: [] };
  const axis = (reach: number) => ({ type: 'value', show: false, min: -reach, max: reach });
  return {
    animation: false,
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    xAxis: axis(frame.x),
    yAxis: axis(frame.y),
    series: [
      ...WIDTHS.map((width, n) => ({
        ...still,
        id: `street${n}`,
        type: 'lines',
        z: n,
        large: true,
        // Not 0: an empty series has nothing that large drawing could stand on.
        largeThreshold: 1,
        progressive: 0,
        lineStyle: { width: stroke(width, px), color: color.streets[n], opacity: 1 },
      })),
      { ...still, id: 'density', type: 'custom', z: -1, renderItem: hexagon },
      { ...still, id: 'offline', type: 'scatter', zlevel: 1, z: 1, symbol: 'circle' },
      { ...still, id: 'online', type: 'scatter', zlevel: 1, z: 2, symbol: 'circle' },
      {
        ...still,
        id: 'stations',
        type: 'scatter',
        zlevel: 2,
        symbol: 'diamond',
        symbolSize: 1.3 * px,
        itemStyle: { color: color.station, opacity: 1 },
        label: {
          position: 'right',
          distance: 0.5 * px,
          fontSize: fontSize(2.2, px),
          color: color.text2,
          textBorderColor: color.bg,
          textBorderWidth: 0.4 * px,
        },
        labelLayout: { hideOverlap: true },
      },
      {
        ...still,
        id: 'orders',
        type: 'effectScatter',
        zlevel: 3,
        symbolSize: 1.1 * px,
        rippleEffect: { number: 1, scale: 6, period: 3, brushType: 'stroke' },
        itemStyle: { color: color.accent },
      },
    ],
  };
}

export function streets(classes: readonly Segment[][]): EChartsCoreOption {
  return { series: classes.map((data, n) => ({ id: `street${n}`, data })) };
}

export function density(hexagons: readonly Hexagon[]): EChartsCoreOption {
  return { series: [{ id: 'density', data: hexagons.map(({ centre, level }) => [...centre, level]) }] };
}

/** Stations as diamonds, the `named` ones with their names. */
export function stations(placed: readonly Placed<Station>[], named: ReadonlySet<string>): EChartsCoreOption {
  const data = placed.map(({ it, point }) => ({
    value: point,
    label: { show: named.has(it.id), formatter: () => it.name },
  }));
  return { series: [{ id: 'stations', data }] };
}

export interface CarLook {
  readonly px: number;
  /** Whether cars may glide to their new places. */
  readonly glide: boolean;
  /** Whether they stand for the present. */
  readonly current: boolean;
  readonly nameOf: (id: string) => string;
}

export function cars(placed: readonly Placed<Car>[], look: CarLook): EChartsCoreOption {
  const many = placed.length > MANY;
  const motion = look.glide && placed.length <= FEW;
  const size = many ? stroke(3, look.px) : Math.max(6, 0.85 * look.px);
  const shade = look.current ? color.accent : color.text3;
  const shared = {
    large: many,
    largeThreshold: MANY,
    symbolSize: size,
    animation: motion,
    animationDuration: 0,
    animationDurationUpdate: motion ? 1_000 : 0,
    animationEasingUpdate: 'linear',
  };
  const waiting = { color: shade, borderColor: color.station, borderWidth: 0.25 * look.px };
  const named = placed.length <= NAMED;
  const item = ({ it, point }: Placed<Car>) => ({
    name: it.id,
    value: point,
    ...(it.pickup ? { itemStyle: waiting, symbolSize: size * 1.35 } : {}),
    ...(named ? { label: nameTag(look.nameOf(it.id), look.px) } : {}),
  });
  const data = (online: boolean) => {
    const some = placed.filter(({ it }) => it.online === online);
    return many ? some.map(({ point }) => point) : some.map(item);
  };
  return {
    series: [
      { ...shared, id: 'online', itemStyle: { color: shade, opacity: 0.9 }, data: data(true) },
      {
        ...shared,
        id: 'offline',
        itemStyle: many
          ? { color: color.text3, borderWidth: 0 }
          : { color: color.bg, borderColor: color.text3, borderWidth: 0.2 * look.px },
        data: data(false),
      },
    ],
  };
}

/** Orders of the last seconds: sales in the cars' colour, restocks in the stations'. */
export function orders(points: readonly { readonly point: Point; readonly restock: boolean }[]): EChartsCoreOption {
  const data = points.map(({ point, restock }) => ({
    value: point,
    itemStyle: { color: restock ? color.station : color.accent },
  }));
  return { series: [{ id: 'orders', data }] };
}

function nameTag(name: string, px: number): object {
  return {
    show: true,
    formatter: () => name,
    position: 'right',
    distance: 0.8 * px,
    fontSize: fontSize(2.2, px),
    color: color.text,
  };
}

interface Drawing {
  value(dimension: number): number;
  coord(point: Point): number[];
}

function hexagon(_: unknown, api: Drawing): object {
  const centre: Point = [api.value(0), api.value(1)];
  return {
    type: 'polygon',
    shape: { points: corners(centre).map((corner) => api.coord(corner)) },
    style: { fill: color.density[api.value(2)] ?? color.density[0], opacity: 0.75 },
  };
}

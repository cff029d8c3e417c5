/**
 * Seven days of sales, stations' above the cars'. Days that are over are history and drawn so; the
 * last stretch, to a day that still runs, is dashed and ends in today's colour.
 */
import type { EChartsCoreOption } from 'echarts/core';
import { onMounted, onScopeDispose, watch, type ShallowRef } from 'vue';
import { weekday } from '../format/clock.js';
import { digitsOf, total } from '../format/money.js';
import type { Board } from '../fleet/board.js';
import { useScreen } from '../screen.js';
import { chart } from '../stage/echarts.js';
import { paced } from '../stage/pace.js';
import { color, fontSize, stroke, unit } from '../stage/theme.js';
import { useSize } from '../stage/useSize.js';
import { axisFor, type Axis } from './axis.js';

/** The axis of an empty week reaches to this many whole units of the currency. */
const LEAST = 100;
const PACE = 1_000;
/** Labels touch when their values differ by less than this share of the axis; they step aside by so many u. */
const [TOUCHING, STEP] = [0.12, 1.2];

export function useCurve(element: Readonly<ShallowRef<HTMLElement | null>>): void {
  const screen = useScreen();
  let curve: ReturnType<typeof chart> | undefined;
  let axis: Axis | undefined;

  function draw(): void {
    const board = screen.board.value;
    if (!curve || !board || document.hidden) return;
    const highest = Math.max(0, ...board.curve.flatMap(({ stations, devices }) => [stations, devices]));
    axis = axisFor(axis, highest, LEAST * 10 ** digitsOf(board.currency), screen.now.value);
    curve.setOption(option(board, axis.max));
  }

  function option({ curve: days, currency, day: today }: Board, max: number): EChartsCoreOption {
    const px = unit();
    const size = fontSize(2, px);
    const money = (minor: number) => total(minor, currency, screen.language);
    const tone = (shade: string) => (screen.isCurrent ? shade : color.text3);
    const last = days.length - 1;
    const now = days[last];
    // Two labels side by side, however near the values: the higher steps up, the lower down.
    const touching = now !== undefined && Math.abs(now.stations - now.devices) < max * TOUCHING;
    const apart = (id: 'stations' | 'devices') =>
      touching ? ((id === 'stations') === now.stations >= now.devices ? -STEP : STEP) : 0;
    const line = (id: 'stations' | 'devices', shade: string, width: number, label: number) => {
      const values = days.map((day) => day[id]);
      const stretch = { type: 'line', animation: false, silent: true, symbol: 'circle' };
      return [
        {
          ...stretch,
          id: `${id}-history`,
          symbolSize: 0.7 * px,
          itemStyle: { color: color.text3 },
          lineStyle: { color: color.text3, width: stroke(width, px) },
          data: values.map((value, n) => (n < last ? value : null)),
        },
        {
          ...stretch,
          id: `${id}-today`,
          symbolSize: 1.4 * px,
          showAllSymbol: true,
          itemStyle: { color: tone(shade) },
          lineStyle: { color: tone(shade), width: stroke(width, px), type: [0.8 * px, 0.6 * px] },
          label: {
            position: 'right',
            distance: px,
            offset: [0, apart(id) * px],
            fontSize: fontSize(label, px),
            color: tone(shade),
            fontWeight: 500,
          },
          data: values.map((value, n) => {
            if (n < last - 1) return null;
            if (n < last) return { value, symbol: 'none' };
            return { value, label: { show: true, formatter: () => money(value) } };
          }),
        },
      ];
    };
    return {
      animation: false,
      grid: { left: 2 * px, right: 11 * px, top: 3 * px, bottom: 3.4 * px },
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: days.map(({ day }) => (day === today ? screen.words.today : weekday(day, screen.language))),
        axisLine: { lineStyle: { color: color.hairline, width: stroke(1, px) } },
        axisTick: { show: false },
        axisLabel: { fontSize: size, color: color.text2, margin: px, interval: 0 },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max,
        interval: max / 2,
        splitLine: { lineStyle: { color: color.hairline, width: stroke(1, px) } },
        axisLabel: {
          inside: true,
          margin: -2 * px,
          verticalAlign: 'bottom',
          fontSize: size,
          color: color.text3,
          formatter: (value: number) => (value === max ? money(value) : ''),
        },
        z: 5,
      },
      series: [...line('devices', color.text2, 1.5, 2), ...line('stations', color.accent, 3, 2.2)],
    };
  }

  const redraw = paced(PACE, draw);
  const stops = [screen.renewed.on(draw), watch([screen.board, () => screen.isCurrent], redraw)];
  useSize(element, () => {
    curve?.resize({ animation: { duration: 0 } });
    draw();
  });
  onMounted(() => {
    if (!element.value) return;
    curve = chart(element.value);
    draw();
  });
  onScopeDispose(() => {
    redraw.stop();
    for (const stop of stops) stop();
    curve?.dispose();
  });
}

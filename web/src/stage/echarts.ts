/** The parts of ECharts that the screen draws with, and its one theme. */
import { CustomChart, EffectScatterChart, LineChart, LinesChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, registerTheme, use, type EChartsType } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { color, fonts } from './theme.js';

use([CanvasRenderer, CustomChart, EffectScatterChart, GridComponent, LabelLayout, LineChart, LinesChart, ScatterChart]);

registerTheme('backseat', {
  backgroundColor: 'transparent',
  color: [color.accent],
  textStyle: { fontFamily: fonts, color: color.text2 },
});

/** A chart for life: made once, merged into, never disposed of while the page stands. */
export function chart(element: HTMLElement): EChartsType {
  return init(element, 'backseat', { renderer: 'canvas' });
}

/** The palette, for what is drawn on canvas; stage.css holds the same for what is not. */
export const color = {
  bg: '#0D1117',
  hairline: '#26303B',
  text: '#E9EEF3',
  text2: '#A9B5C1',
  text3: '#7B8896',
  accent: '#58B9FF',
  station: '#F2E6CF',
  /** The city's streets, from seldom to often used. */
  streets: ['rgba(216,198,160,.10)', 'rgba(216,198,160,.18)', 'rgba(216,198,160,.30)'],
  /** Orders per hexagon, from few to many. */
  density: ['#16212C', '#1B3043', '#21496B', '#2E73A8'],
} as const;

export const fonts = "'IBM Plex Sans Condensed', 'Noto Sans SC Variable', sans-serif";

/** Pixels of one u: the stage is 100u high and 16:9, whatever the window is. */
export function unit(): number {
  return Math.min(window.innerHeight / 100, (window.innerWidth * 0.5625) / 100);
}

/** A stroke of so many pixels on a 1080p wall, as wide to the eye on any other. */
export function stroke(width: number, px: number): number {
  return Math.max(width, (width * px) / 10.8);
}

/** A type size of `u` units in pixels, `px` to the unit; never below what can be read. */
export function fontSize(u: number, px: number): number {
  return Math.max(18, u * px);
}

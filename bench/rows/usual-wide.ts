/** [usual-wide] Sales are made at many devices alike. */
import { usualRow } from './usual.js';

export const usualWide = usualRow('usual-wide', {
  text: 'at many devices',
  devicesOf: ({ actors }) => actors,
  factor: 5,
});

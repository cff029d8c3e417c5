/** [usual-hot] All sales are made at one device. */
import { usualRow } from './usual.js';

export const usualHot = usualRow('usual-hot', { text: 'at one device', devicesOf: () => 1, factor: 10 });

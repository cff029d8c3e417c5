/** [engine-hot] All commands go to one device. */
import { engineRow } from './engine.js';

export const engineHot = engineRow('engine-hot', () => 1, 'sales placed and cancelled at one device');

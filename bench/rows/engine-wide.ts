/** [engine-wide] Commands go to many devices alike. */
import { engineRow } from './engine.js';

export const engineWide = engineRow(
  'engine-wide',
  ({ actors }) => actors,
  'sales placed and cancelled at many devices',
);

/** Where everything is kept. */
import { Broken, setting } from '../setting.js';

export const storeSettings = {
  mongoUrl: setting(
    'MONGO_URL',
    '',
    'MongoDB that keeps everything, as mongodb://user:password@host:27017/backseat?replicaSet=rs0. Without it the embedded store does.',
    (text) =>
      /^mongodb(\+srv)?:\/\/\S{1,1000}$/.test(text) ? text : new Broken('an address as mongodb://host:27017/backseat'),
    true,
  ),
} as const;

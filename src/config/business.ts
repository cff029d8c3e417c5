/** The business: city, calendar, terms, payment provider. */
import { isZone } from '../actors/shared/period.js';
import { Broken, choice, degrees, integer, secret, setting, text } from '../setting.js';
import { DAY, HOUR, MINUTE, SECOND } from './times.js';

export const businessSettings = {
  // The business
  zone: setting('BACKSEAT_ZONE', 'Asia/Shanghai', 'Business time zone, as the IANA names it.', (value) =>
    isZone(value) ? value : new Broken('an IANA time zone such as Asia/Shanghai'),
  ),
  currency: text(
    'BACKSEAT_CURRENCY',
    'CNY',
    'Currency of new devices and stations, ISO 4217.',
    /^[A-Z]{3}$/,
    'three capital letters',
  ),
  cityName: text(
    'BACKSEAT_CITY_NAME',
    '上海',
    'Name of the city on the big screen.',
    /^.{1,40}$/u,
    '1 to 40 characters',
  ),
  cityNameEn: text('BACKSEAT_CITY_NAME_EN', 'Shanghai', 'The same in English.', /^.{1,40}$/u, '1 to 40 characters'),
  cityLon: degrees('BACKSEAT_CITY_LON', 121.4737, 'Longitude of the city’s centre, degrees.', 180),
  cityLat: degrees('BACKSEAT_CITY_LAT', 31.2304, 'Latitude of the city’s centre, degrees.', 90),
  geocoder: choice('BACKSEAT_GEOCODER', 'off', 'Who finds addresses of stations that are registered without one.', [
    'off',
    'openstreetmap',
    'amap',
  ]),
  geocoderServer: text(
    'BACKSEAT_GEOCODER_SERVER',
    '',
    'Another address of that service, e.g. of an own Nominatim.',
    /^(https?:\/\/[^\s]{1,200})?$/,
    'an http or https address',
  ),
  geocoderKey: secret('BACKSEAT_GEOCODER_KEY', 'Key of that service; amap has none without.', 1),
  geocoderLanguage: text(
    'BACKSEAT_GEOCODER_LANGUAGE',
    'zh-CN',
    'Language of the addresses that are found.',
    /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
    'a language tag such as zh-CN',
  ),
  saleExpiryMs: integer(
    'BACKSEAT_SALE_EXPIRY_MS',
    5 * MINUTE,
    'How long a placed sale waits for its payment, ms.',
    SECOND,
    DAY,
  ),
  restockExpiryMs: integer(
    'BACKSEAT_RESTOCK_EXPIRY_MS',
    30 * MINUTE,
    'How long a restock waits for its payment, ms.',
    SECOND,
    DAY,
  ),
  dispenseWithinMs: integer(
    'BACKSEAT_DISPENSE_WITHIN_MS',
    2 * MINUTE,
    'How long a device has to report what it dropped, ms.',
    SECOND,
    DAY,
  ),
  feeBasisPoints: integer(
    'BACKSEAT_FEE_BASIS_POINTS',
    1_000,
    'The platform’s share of a sale, hundredths of a per cent.',
    0,
    10_000,
  ),
  lowStockAt: integer('BACKSEAT_LOW_STOCK_AT', 2, 'Units in a slot at which its driver is told.', 0, 1_000),
  reportEveryMs: integer(
    'BACKSEAT_REPORT_EVERY_MS',
    2 * SECOND,
    'How often an owner tells its totals of the day, ms.',
    10,
    HOUR,
  ),
  slowReportEveryMs: integer(
    'BACKSEAT_SLOW_REPORT_EVERY_MS',
    30 * SECOND,
    'How often it tells those of longer periods, ms.',
    10,
    HOUR,
  ),
  sweepEveryMs: integer(
    'BACKSEAT_SWEEP_EVERY_MS',
    MINUTE,
    'How often a device sends its fees to the platform, ms.',
    10,
    DAY,
  ),
  largestPayment: integer(
    'BACKSEAT_LARGEST_PAYMENT',
    10_000_000,
    'The largest amount of one payment, minor units.',
    1,
    100_000_000,
  ),
  paymentExpiryMs: integer(
    'BACKSEAT_PAYMENT_EXPIRY_MS',
    30 * MINUTE,
    'A payment that names no expiry of its own is given up after this, ms.',
    SECOND,
    DAY,
  ),
  paymentCheckMs: integer(
    'BACKSEAT_PAYMENT_CHECK_MS',
    30 * SECOND,
    'A provider that says nothing of a payment is asked after this, ms; then after twice as long.',
    100,
    DAY,
  ),

  // The sandbox payment provider
  sandboxUrl: text(
    'BACKSEAT_SANDBOX_URL',
    '',
    'Address of a sandbox payment provider of its own (backseat sandbox). Without it the node runs one inside.',
    /^https?:\/\/[A-Za-z0-9_.:[\]-]{1,255}$/,
    'an address as http://localhost:3100',
  ),
  sandboxSecret: secret(
    'BACKSEAT_SANDBOX_SECRET',
    'What that provider and this node sign with; goes with its address.',
    16,
  ),
  callBackUrl: text(
    'BACKSEAT_CALL_BACK_URL',
    '',
    'Address at which payment providers call back, as they reach it. Without it the node’s own on its machine.',
    /^https?:\/\/[A-Za-z0-9_.:[\]-]{1,255}$/,
    'an address as https://shop.example',
  ),
} as const;

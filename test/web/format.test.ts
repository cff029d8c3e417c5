import { readFileSync } from 'node:fs';
import t from 'tap';
import { clock, date, isNight, minute, weekday } from '../../web/src/format/clock.js';
import { count, digitsOf, price, total, UNKNOWN } from '../../web/src/format/money.js';
import { languageOf } from '../../web/src/words/language.js';

t.test('a total is grouped without decimals up to seven digits, then compact', (t) => {
  t.equal(total(123_456_789, 'CNY', 'en'), '¥1,234,568');
  t.equal(total(999_999_900, 'CNY', 'zh-CN'), '¥9,999,999');
  t.equal(total(1_234_567_800, 'CNY', 'zh-CN'), '¥1234.57万');
  t.equal(total(12_345_678_900, 'CNY', 'zh-CN'), '¥1.23亿');
  t.equal(total(1_234_567_800, 'CNY', 'en'), '¥12.35M');
  t.end();
});

t.test('minor units follow the currency', (t) => {
  t.same(['JPY', 'CNY', 'KWD'].map(digitsOf), [0, 2, 3]);
  t.equal(total(1_500, 'JPY', 'en'), '¥1,500');
  t.equal(price(1_550, 'CNY', 'zh-CN'), '¥15.50');
  t.match(price(1_550, 'KWD', 'en'), /1\.550$/);
  t.end();
});

t.test('zero is a figure, unknown is a dash', (t) => {
  t.equal(total(0, 'CNY', 'en'), '¥0');
  t.equal(total(undefined, 'CNY', 'en'), UNKNOWN);
  t.equal(count(undefined, 'en'), '—');
  t.end();
});

t.test('the clock runs from 00 to 23 in the business zone', (t) => {
  const justPastMidnight = Date.UTC(2026, 10, 20, 16, 5, 9);
  t.equal(clock(justPastMidnight, 'Asia/Shanghai', 'en'), '00:05:09');
  t.equal(minute(justPastMidnight, 'Asia/Shanghai', 'zh-CN'), '00:05');
  t.equal(date(justPastMidnight, 'Asia/Shanghai', 'zh-CN'), '11月21日 周六');
  t.equal(date(justPastMidnight, 'Asia/Shanghai', 'en'), 'Sat 21 November');
  t.equal(weekday('2026-11-21', 'en'), 'Sat');
  t.end();
});

t.test('night is from 23:00 to 06:00', (t) => {
  const at = (hour: number, minutes: number) => Date.UTC(2026, 10, 21, hour, minutes);
  t.same(
    [at(22, 59), at(23, 0), at(5, 59), at(6, 0)].map((time) => isNight(time, 'UTC')),
    [false, true, true, false],
  );
  t.end();
});

t.test('the language is the asked one, else the browser’s, else English', (t) => {
  t.equal(languageOf('zh', ['en-GB']), 'zh-CN');
  t.equal(languageOf(null, ['fr', 'zh-TW']), 'zh-CN');
  t.equal(languageOf('tlh', ['pt']), 'en');
  t.end();
});

t.test('canvas and page have one palette', (t) => {
  const read = (file: string) => readFileSync(new URL(`../../web/src/stage/${file}`, import.meta.url), 'utf8');
  const page = new Map([...read('stage.css').matchAll(/--(\w+): (#\w+);/g)].map(([, name, hex]) => [name, hex]));
  const canvas = [...read('theme.ts').matchAll(/^ {2}(\w+): '(#\w+)'/gm)];
  t.ok(canvas.length >= 7);
  for (const [, name, hex] of canvas) t.equal(page.get(name), hex?.toLowerCase(), `token ${name}`);
  t.end();
});

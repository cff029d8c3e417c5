/** Times as the wall shows them: 24 hours, in the business zone, whatever the screen's computer is set to. */
import type { Language } from '../words/language.js';

type Part = 'second' | 'minute' | 'date' | 'weekday';

const STYLES: Record<Part, Intl.DateTimeFormatOptions> = {
  // `hourCycle`, since `hour12: false` prints 24:05 after midnight.
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: { day: 'numeric', month: 'long' },
  weekday: { weekday: 'short' },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** hh:mm:ss */
export function clock(at: number, zone: string, language: Language): string {
  return formatOf('second', zone, language).format(at);
}

/** hh:mm */
export function minute(at: number, zone: string, language: Language): string {
  return formatOf('minute', zone, language).format(at);
}

/** Weekday, day and month, in the order of the language. */
export function date(at: number, zone: string, language: Language): string {
  const [day, name] = [formatOf('date', zone, language).format(at), formatOf('weekday', zone, language).format(at)];
  return language === 'zh-CN' ? `${day} ${name}` : `${name} ${day}`;
}

/** The weekday of a business day 'YYYY-MM-DD', which has no zone any more. */
export function weekday(day: string, language: Language): string {
  return formatOf('weekday', 'UTC', language).format(Date.parse(`${day}T12:00:00Z`));
}

/** From 23:00 to 06:00 the wall is dimmer. */
export function isNight(at: number, zone: string): boolean {
  const hour = Number(formatOf('minute', zone, 'en').format(at).slice(0, 2));
  return hour >= 23 || hour < 6;
}

function formatOf(part: Part, zone: string, language: Language): Intl.DateTimeFormat {
  const key = `${part}/${zone}/${language}`;
  let format = formats.get(key);
  if (!format) {
    // English dates as most of the world writes them: the day before the month.
    format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...STYLES[part], timeZone: zone });
    formats.set(key, format);
  }
  return format;
}

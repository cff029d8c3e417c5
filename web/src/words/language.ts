/** The two languages of the screen. */
export type Language = 'zh-CN' | 'en';

/** `?lang=` if it names one, else the first of the browser's that is spoken here, else English. */
export function languageOf(asked: string | null, spoken: readonly string[]): Language {
  for (const tag of [asked ?? '', ...spoken]) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'zh') return 'zh-CN';
    if (language === 'en') return 'en';
  }
  return 'en';
}

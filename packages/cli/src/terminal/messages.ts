/**
 * Sentences in the user's language. The English sentence in the source is the key of its translation, so that the
 * source stays readable and a missing translation shows English. A test finds sentences without a translation.
 */
import { chinese } from './messages-zh.ts';

export type Language = 'en' | 'zh';

let language: Language = 'en';

/** Reads the language from the locale variables, in the order of POSIX; `fallback` serves systems without them. */
export function languageOf(env: Readonly<Record<string, string | undefined>>, fallback?: string): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || fallback || '';
  return /^zh\b|^zh[_-]|^chinese/i.test(locale) ? 'zh' : 'en';
}

/** Sets the language of all sentences that follow. */
export function speak(next: Language): void {
  language = next;
}

/** The language that was set. */
export function spoken(): Language {
  return language;
}

/** A sentence: t`${count} files`. A translation names the values as {0}, {1}, and so on. */
export function t(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const key = parts.join('{}');
  const translated = language === 'zh' ? chinese[key] : undefined;
  if (translated !== undefined)
    return translated.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)]));
  return parts.reduce((text, part, index) => `${text}${String(values[index - 1])}${part}`);
}

/** The language of the page: as chosen, else as the browser prefers. */
import { ref, watchEffect } from 'vue';
import { en, type Texts } from './en.ts';
import { zh } from './zh.ts';

const languages = { en, zh };
export type Language = keyof typeof languages;

const storageName = 'sampan-console-language';

/** The present language; set it to change every text at once. */
export const language = ref<Language>(initialLanguage());

/** The texts in the present language. Components that call it while they render follow a change. */
export function t(): Texts {
  return languages[language.value];
}

/** Names for the choice of a language, each in its own. */
export const languageNames: readonly (readonly [Language, string])[] = [
  ['en', en.languageName],
  ['zh', zh.languageName],
];

/** Keeps the page's `lang` and the remembered choice in step. */
export function followLanguage(): void {
  watchEffect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    localStorage.setItem(storageName, language.value);
  });
}

function initialLanguage(): Language {
  const kept = localStorage.getItem(storageName);
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Texts of explanations in both languages. */
import type { Words } from './entry.ts';

export function say(en: string, zh: string): Words {
  return { en, zh };
}

/** A text that there is in English only, such as the message of an answer. */
export function plain(text: string): Words {
  return { en: text, zh: text };
}

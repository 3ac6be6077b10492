/** Short notices: seen as TDesign's messages, and read out by screen readers. */
import { MessagePlugin } from 'tdesign-vue-next/es/message';
import { shallowRef } from 'vue';
import { reasonOf } from '../session/session.ts';
import { t } from '../text/language.ts';

/** What a screen reader reads out next. */
export const announcement = shallowRef('');

/** Says that something was done. */
export function done(text: string): void {
  announce(text);
  void MessagePlugin.success({ content: text, duration: 4000 });
}

/** Says that something failed, and why. */
export function failed(error: unknown): void {
  const text = t().common.failed(reasonOf(error));
  announce(text);
  void MessagePlugin.error({ content: text, duration: 8000, closeBtn: true });
}

/** Runs what a button started: says `success` when it is done, and the reason when it fails. Gives whether it went well. */
export async function attempt(work: () => Promise<unknown>, success?: string): Promise<boolean> {
  try {
    await work();
    if (success !== undefined) done(success);
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}

/** Emptied in between: the same words twice are no change that a screen reader would notice. */
function announce(text: string): void {
  announcement.value = '';
  setTimeout(() => (announcement.value = text), 50);
}

/** Parses repeatable flags that hold a name and a value. */
import { UsageFailure } from './failure.ts';
import { t } from '../terminal/messages.ts';

/** Makes commander's collector for such a flag; white space around the value is dropped after a colon. */
export function addPair(
  flag: string,
  separator: '=' | ':',
): (text: string, before?: Readonly<Record<string, string>>) => Readonly<Record<string, string>> {
  return (text, before) => {
    const at = text.indexOf(separator);
    const name = (at < 0 ? text : text.slice(0, at)).trim();
    const value = at < 0 ? '' : text.slice(at + 1);
    // A sub-resource of a query has no value; a header without one says nothing.
    if (name === '' || (at < 0 && separator === ':'))
      throw new UsageFailure(t`${flag} must be NAME${separator}VALUE, got ${JSON.stringify(text)}`);
    return { ...before, [name]: separator === ':' ? value.trim() : value };
  };
}

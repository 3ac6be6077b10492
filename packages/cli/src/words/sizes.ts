/** Parses sizes and counts in flags. */
import { UsageFailure } from './failure.ts';
import { t } from '../terminal/messages.ts';

const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

/** Reads a size in powers of 1024: `500`, `64K`, `8M`, `8MiB`, `1.5g`; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?(?:\/s)?$/i.exec(text) ?? [];
  const power = powers[unit.toLowerCase()];
  if (number === undefined || power === undefined) return undefined;
  return Math.floor(Number(number) * 1024 ** power);
}

/** Makes commander's parser for a size within limits. */
export function sizeFlag(
  flag: string,
  { least, most }: { readonly least: number; readonly most: number },
): (text: string) => number {
  return (text) => {
    const bytes = parseSize(text);
    if (bytes === undefined || bytes < least || bytes > most)
      throw new UsageFailure(
        t`${flag} must be a size from ${least} to ${most} bytes such as 8M, got ${JSON.stringify(text)}`,
      );
    return bytes;
  };
}

/** Makes commander's parser for a whole number within limits. */
export function countFlag(
  flag: string,
  { least, most }: { readonly least: number; readonly most: number },
): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < least || count > most)
      throw new UsageFailure(t`${flag} must be ${least} to ${most}, got ${JSON.stringify(text)}`);
    return count;
  };
}

/** Makes commander's parser for one word of several. */
export function wordFlag<const Word extends string>(
  flag: string,
  words: readonly Word[],
): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined)
      throw new UsageFailure(t`${flag} must be one of ${words.join(', ')}, got ${JSON.stringify(text)}`);
    return found;
  };
}

/** Collects a repeatable flag. */
export function addText(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** How much a memoized function keeps. */
export interface MemoizeLimits {
  /** Results that are kept; beyond that the one that was made first goes. */
  readonly limit: number;
  /** Arguments longer than this many characters are computed each time. Default: any length is kept. */
  readonly longest?: number;
}

/**
 * Keeps the results of a pure function of a text. The same result is given again, so callers must not change it. Where
 * a stranger chooses the texts, `longest` bounds what one of them takes.
 */
/* @__NO_SIDE_EFFECTS__ */
export function memoize<Value>(
  { limit, longest }: MemoizeLimits,
  make: (text: string) => Value,
): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    let value = known.get(text);
    if (value !== undefined || known.has(text)) return value as Value;
    value = make(text);
    if (longest !== undefined && text.length > longest) return value;
    if (known.size >= limit) known.delete(known.keys().next().value as string);
    known.set(text, value);
    return value;
  };
}

/** For the texts of signatures: a client signs many requests under the same few. */
export const ofSignatures: MemoizeLimits = { limit: 128, longest: 200 };

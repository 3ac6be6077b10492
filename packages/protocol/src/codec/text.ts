/**
 * Readers of the text that one header, query parameter or form field carries. A reader refuses what is no value of its
 * kind with a {@link TextError}; it never guesses. Writing needs none.
 */

/** Reads a value that travels as text. */
export interface Text<T> {
  parse(raw: string): T;
  /** Error code the service answers when the text is refused; `InvalidArgument` when not named. */
  readonly fault?: string;
}

/** Says that a text does not carry the value that its field wants. */
export class TextError extends Error {
  declare readonly name: 'TextError';
  declare readonly fault: string;

  constructor(message: string, fault = 'InvalidArgument') {
    super(message);
    (this as { name: string }).name = 'TextError';
    this.fault = fault;
  }
}

/** Any text, taken as it stands. */
export const string: Text<string> = { parse: (raw) => raw };

/** A whole number from 0 to 2^53-1, in decimal. */
export const integer: Text<number> = {
  parse(raw) {
    const value = Number(raw);
    if (!/^\d+$/.test(raw) || !Number.isSafeInteger(value)) {
      throw new TextError(`expected a whole number, got ${quoted(raw)}`);
    }
    return value;
  },
};

/** `true` or `false`, in any case. */
export const boolean: Text<boolean> = {
  parse(raw) {
    const word = raw.toLowerCase();
    if (word !== 'true' && word !== 'false')
      throw new TextError(`expected true or false, got ${quoted(raw)}`);
    return word === 'true';
  },
};

/** A moment in RFC 1123 form with second resolution, such as `Thu, 16 May 2019 06:45:51 GMT`. */
export const httpDate: Text<Date> = {
  parse(raw) {
    const date = new Date(raw);
    if (Number.isNaN(date.getTime())) throw new TextError(`expected an HTTP date, got ${quoted(raw)}`);
    return date;
  },
};

// The three forms of RFC 9110 section 5.6.7; engines read much else as a date, such as `garbage 1`.
const httpDateForms = [
  /^[A-Z][a-z]{2}, (\d\d) [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{5,8}, (\d\d)-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} ([ \d]\d) \d\d:\d\d:\d\d \d{4}$/,
];

/** A moment that a condition names. One that is no HTTP date is passed over, as RFC 9110 section 13.1.3 wants. */
export const conditionDate: Text<Date | undefined> = {
  parse(raw) {
    const text = raw.trim();
    const day = httpDateForms.reduce<string | undefined>(
      (found, form) => found ?? form.exec(text)?.[1],
      undefined,
    );
    if (day === undefined) return undefined;
    const date = new Date(text.endsWith('GMT') ? text : `${text} GMT`);
    // The 31st of February would be another day.
    return date.getUTCDate() === Number(day) ? date : undefined;
  },
};

/** One word of a closed set; `fault` is the error code for any other word, `spell` turns what arrives into a word. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const W extends readonly string[]>(
  words: W,
  fault?: string,
  spell: (raw: string) => string = String,
): Text<W[number]> {
  return {
    parse(raw) {
      const word = spell(raw);
      if (!words.includes(word))
        throw new TextError(`expected one of ${words.join(', ')}, got ${quoted(raw)}`, fault);
      return word;
    },
    ...(fault === undefined ? {} : { fault }),
  };
}

/** What arrived, short enough for a message. */
function quoted(raw: string): string {
  return JSON.stringify(raw.length > 64 ? `${raw.slice(0, 64)}…` : raw);
}

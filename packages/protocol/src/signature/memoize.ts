const most = 128;
const longestText = 200;

/**
 * Remembers what a pure function gave for the texts it was asked last, because checking a signature asks the same few
 * questions for every request. What it gives may be given again, so nobody may change it. Long texts are not kept: who
 * sends them decides how long they are, and nobody knows yet who that is.
 */
/* @__NO_SIDE_EFFECTS__ */
export function remembered<Value>(make: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = make(text);
      if (text.length > longestText) return value;
      if (known.size >= most) known.clear();
      known.set(text, value);
    }
    return value;
  };
}

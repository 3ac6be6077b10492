/** Objects from pairs. Mini programs run in engines without `Object.fromEntries`, which came with ES2019. */

/** Makes an object of names and values; of a name given twice the last value stays. */
export function fromEntries<T>(pairs: Iterable<readonly [name: string, value: T]>): Record<string, T> {
  const made: Record<string, T> = {};
  for (const [name, value] of pairs) made[name] = value;
  return made;
}

/** The members of an object that a test lets through. */
export function keepEntries<T>(
  from: Readonly<Record<string, T>>,
  isKept: (name: string, value: T) => boolean,
): Record<string, T> {
  return fromEntries(Object.entries(from).filter(([name, value]) => isKept(name, value)));
}

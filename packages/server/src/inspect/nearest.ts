/** Finds what somebody meant who wrote a name wrongly. */

/** Longest names that are compared letter by letter. */
const longestCompared = 200;

/** The name that was most probably meant; undefined where none is near. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const form = folded(wanted);
  const same = names.find((name) => folded(name) === form && name !== wanted);
  if (same !== undefined) return same;
  if (wanted.length > longestCompared) return undefined;
  const most = Math.max(1, Math.min(3, Math.floor(wanted.length / 4)));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) > most) continue;
    const distance = editDistance(wanted, name);
    if (distance <= most && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name;
}

/** A name without what is mistaken most: case, escapes, slashes at its ends, spaces, and the form of accents. */
function folded(name: string): string {
  return unescaped(name)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('+', ' ')
    .replaceAll('\\', '/')
    .replaceAll(/\/+/g, '/')
    .replaceAll(/^\/|\/$/g, '')
    .trim();
}

function unescaped(text: string): string {
  let plain = text;
  for (let times = 0; times < 2 && plain.includes('%'); times++)
    try {
      plain = decodeURIComponent(plain);
    } catch {
      break;
    }
  return plain;
}

/** How many letters must be changed, added or taken away. Two that are swapped count as one. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/** Folders that need each other, with the imports that make it so. */
export interface RoomCycle {
  readonly rooms: readonly string[];
  readonly imports: readonly string[];
}

/** What the most files at the top of a package's `src` may be. */
const mostAtTheTop = 6;
const packagesOfRooms = ['protocol', 'sdk', 'server'] as const;
const support = /\.test\.ts$|\/contract\.ts$|\/testing\//;
const entry = /^packages\/\w+\/src\/(index|main)\.ts$/;

/**
 * Finds folders of production code that import each other, directly or around a corner. A folder's own files count as
 * that folder, so files at a room's top that its inner rooms import, and that import them, are a cycle too. Entry points
 * are left out: they stand above everything.
 */
export function roomCycles({
  imports,
}: {
  readonly imports: readonly { from: string; to: string }[];
}): RoomCycle[] {
  const arrows = imports.filter(
    ({ from, to }) =>
      [from, to].every((file) => file.startsWith('packages/') && !support.test(file) && !entry.test(file)) &&
      roomOf(from) !== roomOf(to),
  );
  const next = new Map<string, Set<string>>();
  for (const { from, to } of arrows)
    next.set(roomOf(from), (next.get(roomOf(from)) ?? new Set()).add(roomOf(to)));

  const reached = new Map([...next.keys()].map((room) => [room, reachableFrom(room, next)]));
  const inCycle = [...next.keys()].filter((room) => reached.get(room)?.has(room));
  const groups = Map.groupBy(inCycle, (room) =>
    inCycle.filter((other) => reached.get(room)?.has(other) && reached.get(other)?.has(room)).join(),
  );
  return [...groups.values()].map((rooms) => ({
    rooms,
    imports: arrows
      .filter(({ from, to }) => rooms.includes(roomOf(from)) && rooms.includes(roomOf(to)))
      .map(({ from, to }) => `${from} → ${to}`),
  }));
}

/** Names packages whose `src` holds more files at its top than a reader can take in. */
export function crowdedTops({ modules }: { readonly modules: readonly string[] }): string[] {
  return packagesOfRooms.flatMap((name) => {
    const top = modules.filter((file) => roomOf(file) === `packages/${name}/src` && !support.test(file));
    return top.length > mostAtTheTop ? [`packages/${name}/src has ${top.length} files at its top`] : [];
  });
}

function roomOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}

function reachableFrom(room: string, next: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...(next.get(room) ?? [])];
  for (let other = waiting.pop(); other !== undefined; other = waiting.pop()) {
    if (found.has(other)) continue;
    found.add(other);
    waiting.push(...(next.get(other) ?? []));
  }
  return found;
}

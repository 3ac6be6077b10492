/** What keeps a service from being ready, as all of its threads see it. */

/** `damagedIndex`: stays until the process ends. The others end with their cause. */
export type Trouble = 'damagedIndex' | 'diskFull' | 'folderGone';

const places = { damagedIndex: 0, diskFull: 1, folderGone: 2 } as const satisfies Record<Trouble, number>;
const kinds = Object.keys(places) as Trouble[];

/** The troubles of one process. */
export interface Troubles {
  /** For another thread. */
  readonly memory: SharedArrayBuffer;
  has(trouble: Trouble): boolean;
  /** Returns whether that changed anything. */
  set(trouble: Trouble, present: boolean): boolean;
  present(): readonly Trouble[];
}

/** Those of a process that has none yet, or of one whose memory is given. */
export function troublesOf(memory = new SharedArrayBuffer(4 * kinds.length)): Troubles {
  const flags = new Int32Array(memory);
  const has = (trouble: Trouble): boolean => Atomics.load(flags, places[trouble]) === 1;
  return {
    memory,
    has,
    set: (trouble, present) =>
      Atomics.exchange(flags, places[trouble], present ? 1 : 0) !== (present ? 1 : 0),
    present: () => kinds.filter(has),
  };
}

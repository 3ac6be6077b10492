/**
 * Maps part numbers to byte ranges of the file. Parts are cut one after the other, so that their size can follow the
 * measured speed. The layout records from which part on each size holds, so that a later run finds the same ranges.
 */
import { maxPartBytes } from '@sampan/protocol';
import { leastPartBytes } from './part-size.ts';

/** One part: a run of the file's bytes under a number. */
export interface Part {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
}

/** From part `first` on, parts have `bytes` each; the last part of a file has what is left. */
export interface LayoutRun {
  readonly first: number;
  readonly bytes: number;
}

export type Layout = readonly LayoutRun[];

/** Where the next part begins. */
export interface Cut {
  readonly number: number;
  readonly offset: number;
}

export const firstCut: Cut = { number: 1, offset: 0 };

/** Cuts the next part with `wantBytes`, or more where the limit on parts asks for it; undefined at the end. */
export function cutPart(
  cut: Cut,
  wantBytes: number,
  size: number | undefined,
  maxParts: number,
): Part | undefined {
  if (cut.number > maxParts || (size !== undefined && cut.offset >= size)) return undefined;
  const bytes = Math.min(Math.max(wantBytes, leastPartBytes(cut, size, maxParts)), maxPartBytes);
  const length = size === undefined ? bytes : Math.min(bytes, size - cut.offset);
  return { number: cut.number, offset: cut.offset, length };
}

/** Bytes of some parts together. */
export function lengthOf(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** The cut after a part. */
export function after(part: Part): Cut {
  return { number: part.number + 1, offset: part.offset + part.length };
}

/** The layout with a part of `bytes`, cut at `number`, which follows all parts in it. */
export function extended(layout: Layout, number: number, bytes: number): Layout {
  return layout[layout.length - 1]?.bytes === bytes ? layout : [...layout, { first: number, bytes }];
}

/** Where part `number` lies in a file of `size` bytes; undefined when there is no such part. */
export function partOf(layout: Layout, number: number, size: number): Part | undefined {
  let offset = 0;
  for (let i = 0; i < layout.length; i++) {
    const { first, bytes } = layout[i]!;
    const next = layout[i + 1];
    if (next && number >= next.first) {
      offset += (next.first - first) * bytes;
      continue;
    }
    offset += (number - first) * bytes;
    return number >= first && offset < size
      ? { number, offset, length: Math.min(bytes, size - offset) }
      : undefined;
  }
  return undefined;
}

/** All parts before `cut` under the layout that `has` not got. */
export function missingParts(
  layout: Layout,
  cut: Cut,
  size: number,
  has: (number: number) => boolean,
): Part[] {
  const missing: Part[] = [];
  for (let number = 1; number < cut.number; number++) {
    const part = has(number) ? undefined : partOf(layout, number, size);
    if (part) missing.push(part);
  }
  return missing;
}

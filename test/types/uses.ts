/** Files of uses and misuses of the SDK, which the repository's compiler and those of users read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file whose every line from `first` on is one use; lines are counted from zero. */
export interface Uses {
  readonly text: string;
  readonly first: number;
  readonly uses: readonly string[];
}

/** Reads `right.ts` or `wrong.ts`. */
export function readUses(file: 'right.ts' | 'wrong.ts'): Uses {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8');
  const lines = text.trimEnd().split('\n');
  const first = lines.findIndex((line) => line.startsWith('// Each')) + 1;
  return { text, first, uses: lines.slice(first) };
}

/** The misuses as a program that compiles only where each of them is refused. */
export function refusedUses(): string {
  const { text, first, uses } = readUses('wrong.ts');
  return [
    ...text.split('\n').slice(0, first),
    ...uses.flatMap((use) => ['// @ts-expect-error a misuse', use]),
  ].join('\n');
}

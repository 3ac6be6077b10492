/** Converts object keys to file names that this operating system accepts. */
import { join } from 'node:path';
import { t } from '../terminal/messages.ts';

/** Longest name of a file: 255 bytes on Linux, 255 UTF-16 units on Windows and macOS. */
const longest = 255;
/** Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const windowsDevice = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;

/** Says why a name with slashes can be no path below a folder here; undefined when it can. */
export function nameProblem(name: string, platform: NodeJS.Platform): string | undefined {
  for (const part of name.replace(/\/$/, '').split('/')) {
    if (part === '') return t`a file's name has no empty part between slashes`;
    if (part === '.' || part === '..') return t`. and .. are no names of files`;
    if (part.includes('\0')) return t`a file's name holds no NUL`;
    const length = platform === 'linux' ? Buffer.byteLength(part) : part.length;
    if (length > longest) return t`a part of the name is longer than ${longest}`;
    if (platform !== 'win32') continue;
    const bad = /[<>:"|?*\\\u0001-\u001f]/.exec(part)?.[0];
    if (bad !== undefined) return t`Windows allows no ${JSON.stringify(bad)} in a name`;
    if (/[. ]$/.test(part)) return t`Windows allows no dot or space at the end of a name`;
    if (windowsDevice.test(part)) return t`Windows keeps the name ${part} for a device`;
  }
  return undefined;
}

/**
 * Finds names that are the same file as an earlier one on a case-insensitive file system, or lie in a folder that is the
 * same as an earlier one: `A/x` after `a/y`.
 */
export function twinsOf(names: readonly string[], platform: NodeJS.Platform): ReadonlySet<string> {
  const twins = new Set<string>();
  const fold = platform === 'win32' ? foldedByUnit : platform === 'darwin' ? foldedWhole : undefined;
  if (!fold) return twins;
  const spellings = new Map<string, string>();
  for (const name of names) {
    const steps = stepsOf(name);
    if (steps.some((step) => (spellings.get(fold(step)) ?? step) !== step)) twins.add(name);
    else for (const step of steps) spellings.set(fold(step), step);
  }
  return twins;
}

/** The folders above a name and the name: `a`, `a/b`, `a/b/c`. */
function stepsOf(name: string): string[] {
  const parts = name.replace(/\/$/, '').split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** NTFS compares units of UTF-16 in capitals, and normalises nothing. */
function foldedByUnit(text: string): string {
  return text
    .split('')
    .map((unit) => {
      const capital = unit.toUpperCase();
      return capital.length === 1 ? capital : unit;
    })
    .join('');
}

/** APFS compares whole texts: their composition does not count, nor does case in its widest sense. */
function foldedWhole(text: string): string {
  return text.normalize('NFD').toUpperCase().toLowerCase().normalize('NFD');
}

/** The path of a name below a folder. */
export function pathBelow(folder: string, name: string): string {
  return join(folder, ...name.split('/'));
}

/** Names of files that a download makes. */
import { win32 } from 'node:path';
import process from 'node:process';
import { UsageError } from '@sampan/protocol';
import { fileName } from './storage.ts';

/** Longest name of a file on the usual file systems. */
const longestBytes = 255;
/** Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const device = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;

/**
 * Throws a UsageError for a path that Windows would take for something else: `a:b` is a stream of the file `a`, `con` a
 * device, and programs do not find `a.` again. Applications often make paths from keys, which may be all of these.
 */
export function checkFilePath(path: string, platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  const full = win32.resolve(path);
  const { root } = win32.parse(full);
  if (root.startsWith('\\\\.\\')) return; // A device, and meant to be one.
  for (const part of full.slice(root.length).split('\\')) {
    const bad = /[<>:"|?*\u0001-\u001f]/.exec(part)?.[0];
    const problem =
      bad !== undefined
        ? `Windows allows no ${JSON.stringify(bad)} in a name`
        : /[. ]$/.test(part)
          ? 'Windows allows no dot or space at the end of a name'
          : device.test(part)
            ? `Windows keeps the name ${part} for a device`
            : undefined;
    if (problem !== undefined) throw new UsageError(`${path} cannot be written: ${problem}`);
  }
}

/** The name of an unfinished file: hidden, with the tag of its content, and never too long. */
export function draftName(name: string, tag: string): string {
  const ending = `.${fileName(tag).slice(0, 12)}.part`;
  const usual = `.${name}${ending}`;
  return Buffer.byteLength(usual) <= longestBytes ? usual : `.${fileName(name)}${ending}`;
}

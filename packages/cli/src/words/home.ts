/** Words of the command line that begin with the user's home folder. */
import { win32 } from 'node:path';

/**
 * Puts the home folder where a word begins with `~`. Shells of other systems do so before a program starts; cmd.exe and
 * most releases of PowerShell leave it, and a folder with the name `~` would be made.
 */
export function atHome(
  words: readonly string[],
  { home, platform }: { readonly home: string; readonly platform: NodeJS.Platform },
): readonly string[] {
  if (platform !== 'win32') return words;
  return words.map((word) => (/^~(?=[\\/]|$)/.test(word) ? win32.join(home, word.slice(1)) : word));
}

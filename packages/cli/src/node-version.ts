/** Which versions of Node this package runs on. Imports nothing and uses nothing new, so that any of them can load it. */

// The number of `engines` in package.json: the first whose node:sqlite and erasing of types need no flag.
const oldest = [22, 18] as const;

/** Why a version of Node cannot run this package, in one sentence; undefined for one that can. */
export function refusalOf(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `needs Node ${oldest.join('.')} or newer, this is ${version}`;
}

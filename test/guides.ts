/** The code that the guides show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'docs', 'guide');

/** The JavaScript blocks of a guide. */
export function snippets(guide: string): string[] {
  const text = readFileSync(join(folder, guide), 'utf8');
  return [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
}

/** The text of a guide, for what is in it beside JavaScript. */
export function guideText(guide: string): string {
  return readFileSync(join(folder, guide), 'utf8');
}

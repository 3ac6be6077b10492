// `npm run reference`: writes the tables of the guide that come from the code: options from their declarations, error
// codes from their tables, in both languages. `tools/reference.test.ts` fails when a page is not current.

import { writeFileSync } from 'node:fs';
import { currentPages } from './reference/pages.ts';

for (const { file, text } of await currentPages()) writeFileSync(file, text);

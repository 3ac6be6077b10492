/** Pages of the guide with tables that come from the code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readDeclarations } from './declarations.ts';
import { fillTables, guideTables } from './guide-tables.ts';

const guide = join(import.meta.dirname, '../../docs/guide');

/** Each page as it ought to be. */
export async function currentPages(): Promise<readonly { file: string; text: string }[]> {
  const { options } = readDeclarations();
  const pages = (['en', 'zh'] as const).flatMap((language) =>
    ['options.md', 'errors.md'].map((name) => ({
      language,
      file: join(guide, language === 'en' ? '.' : language, name),
    })),
  );
  return Promise.all(
    pages.map(async ({ file, language }) => {
      const filled = fillTables(readFileSync(file, 'utf8'), guideTables(options, language));
      const style = await resolveConfig(file);
      return { file, text: await format(filled, { ...style, parser: 'markdown' }) };
    }),
  );
}

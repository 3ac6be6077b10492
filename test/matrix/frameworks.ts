/** Frameworks whose server and page are built from the same source. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadText } from './program.ts';
import type { Cell } from './project.ts';

const nextFiles = {
  'app/layout.jsx': `export default function Layout({ children }) { return <html><body>{children}</body></html>; }`,
  'app/picker.jsx': `'use client';
import COS from '@sampan/sdk';
export function Picker() {
  return <input type="file" onChange={({ target }) => new COS({ SecretId: 'a', SecretKey: 'b' })
    .uploadFile({ Bucket: 'a-1250000000', Region: 'ap-guangzhou', Key: 'a', Body: target.files[0] })} />;
}`,
};

export const frameworkCells: readonly Cell[] = [
  {
    name: 'Next 16, server and page',
    needs: ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1'],
    uploads: true,
    async attempt(project, key) {
      for (const [file, text] of Object.entries(nextFiles)) await project.write(file, text);
      // The page is rendered while it is built, so its server component uploads then.
      await project.write(
        'app/page.jsx',
        `import COS, { isServiceError } from '@sampan/sdk';
import { Picker } from './picker';
${uploadText(project.target, key)}
export default async function Page() { return <main>{await uploadWith(COS, isServiceError)}<Picker /></main>; }`,
      );
      const next = join('node_modules', 'next', 'dist', 'bin', 'next');
      await project.run(process.execPath, '--require', './localhost.cjs', next, 'build');
      const folder = join(project.folder, '.next', 'static', 'chunks');
      const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js'));
      const page = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
      const sdk = page.filter((text) => text.includes('x-cos-hash-crc64ecma'));
      if (sdk.length !== 1) throw new Error(`${sdk.length} scripts of the page hold the SDK`);
      if (!sdk[0]!.includes('XMLHttpRequest')) throw new Error('the page got the build for Node');
    },
  },
];

/** TypeScript by its versions and its ways to find modules, without skipLibCheck. */
import { join } from 'node:path';
import { readUses, refusedUses } from '../types/uses.ts';
import type { Cell } from './project.ts';

const versions = ['4.7.4', '5.0.4', '5.4.5', '5.6.3', '5.9.3'];

const program = `import COS, { COS as Named, isServiceError, ServiceError } from '@sampan/sdk';
import Page from '@sampan/sdk/web';
import Wx, { isAbortedError } from '@sampan/sdk/wx';
import Uni from '@sampan/sdk/uni';
import { createUploader, uploadFile } from '@sampan/sdk/wx/upload';
const cos: COS = new COS({ SecretId: 'a', SecretKey: 'b' });
export const named: Named = cos;
const params: COS.PutObjectParams = { Bucket: 'b', Region: 'r', Key: 'k', Body: 'x' };
cos.putObject(params, (err, data) => { if (!err) data.ETag.trim(); });
cos.putObject(params).catch((e: unknown) => { if (isServiceError(e)) { const s: ServiceError = e; s.statusCode.toFixed(); } });
new Page({}); new Wx({}); new Uni({}); isAbortedError(1);
const uploader = createUploader({ SecretId: 'a' });
export const done: Promise<object> = uploadFile(uploader, { Bucket: 'b', Region: 'r', Key: 'k', FilePath: 'f' });
// @ts-expect-error a number is no bucket
cos.putObject({ Bucket: 5 });
`;
const common = `import COS = require('@sampan/sdk');
import upload = require('@sampan/sdk/wx/upload');
export const cos: COS = new COS({ SecretId: 'a', SecretKey: 'b' });
new COS.COS({}); new COS.default({}); new COS.UsageError('x').code.trim();
cos.putObject({ Bucket: 'b', Region: 'r', Key: 'k', Body: 'x' }, (err) => { if (COS.isServiceError(err)) err.statusCode.toFixed(); });
upload.createUploader({});
// @ts-expect-error a number is no bucket
cos.putObject({ Bucket: 5 });
`;

const right = readUses('right.ts').text;
const refused = refusedUses();

/** Files and flags of each way to find modules. Bundler came with TypeScript 5.0. */
const ways = {
  node10: {
    files: { 'app.ts': program, 'common.ts': common, 'right.ts': right, 'refused.ts': refused },
    flags: '--module commonjs --moduleResolution node',
  },
  node16: {
    files: { 'app.mts': program, 'common.cts': common, 'right.mts': right, 'refused.mts': refused },
    flags: '--module node16 --moduleResolution node16',
  },
  bundler: {
    files: { 'app.ts': program, 'right.ts': right, 'refused.ts': refused },
    flags: '--module esnext --moduleResolution bundler',
  },
} as const;

export const compilerCells: readonly Cell[] = versions.flatMap((version) =>
  Object.entries(ways)
    .filter(([way]) => way !== 'bundler' || !version.startsWith('4.'))
    .map(([way, { files, flags }]) => ({
      name: `TypeScript ${version.replace(/\.\d+$/, '')}, ${way}`,
      needs: [`typescript@${version}`],
      uploads: false,
      async attempt(project) {
        for (const [file, text] of Object.entries(files)) await project.write(file, text);
        const compiler = join(project.folder, 'node_modules/typescript/lib/tsc.js');
        const common = '--noEmit --strict --target es2020 --lib es2020,dom,dom.iterable --typeRoots ./none';
        await project.run(
          process.execPath,
          compiler,
          ...`${common} ${flags}`.split(' '),
          ...Object.keys(files),
        );
      },
    })),
);

/** Mini programs, built by the tools of WeChat and Taro, and run in the simulated host. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runMiniProgram } from '../hosts/wx/engine.ts';
import { createWxHost } from '../hosts/wx/host.ts';
import { uploadText } from './program.ts';
import type { Cell, Project } from './project.ts';

/** Uploads with the class that the program's main module exports. */
async function uploadInHost(
  project: Project,
  key: string,
  bundle: string,
  modules: Readonly<Record<string, string>>,
): Promise<void> {
  const { target } = project;
  const host = createWxHost({ route: () => `http://127.0.0.1:${target.port}` });
  const program = await runMiniProgram({ engine: 'vm', host, bundle, modules });
  const text = uploadText(target, key).replace(/Domain: .*$/m, '');
  try {
    await program.run(
      `function (scope) { ${text}; return uploadWith(scope.exports.COS, scope.exports.isServiceError); }`,
    );
  } finally {
    host.killApp();
    program.dispose();
  }
}

export const miniProgramCells: readonly Cell[] = [
  {
    name: 'WeChat, packed by miniprogram-ci',
    needs: ['miniprogram-ci@2.1.42'],
    uploads: true,
    async attempt(project, key) {
      await project.write(
        'miniprogram/package.json',
        JSON.stringify({ dependencies: { '@sampan/sdk': '*' } }),
      );
      await project.write(
        'pack.cjs',
        `const ci = require('miniprogram-ci');
const { cpSync } = require('fs');
cpSync('node_modules/@sampan', 'miniprogram/node_modules/@sampan', { recursive: true });
ci.packNpmManually({ packageJsonPath: __dirname + '/miniprogram/package.json', miniprogramNpmDistDir: __dirname + '/miniprogram' })
  .then(({ warnList }) => { if (warnList.length) { console.error(JSON.stringify(warnList)); process.exit(1); } process.exit(0); });`,
      );
      await project.run(process.execPath, 'pack.cjs');
      const read = (file: string): Promise<string> =>
        readFile(join(project.folder, 'miniprogram/miniprogram_npm/@sampan/sdk', file), 'utf8');
      const index = await read('index.js');
      await uploadInHost(
        project,
        key,
        `var COS = require('@sampan/sdk/wx'), all = require('@sampan/sdk'), upload = require('@sampan/sdk/wx/upload');
if (all !== COS || typeof upload.createUploader !== 'function') throw new Error('a name does not work');
module.exports = COS;`,
        {
          '@sampan/sdk': index,
          './index.js': index,
          '@sampan/sdk/wx': await read('wx.js'),
          '@sampan/sdk/wx/upload': await read('wx/upload.js'),
        },
      );
    },
  },
];

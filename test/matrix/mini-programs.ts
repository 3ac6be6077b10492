/** Mini programs, built by the tools of WeChat, Taro and uni-app, and run in the simulated host. */
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
  reach = '',
): Promise<void> {
  const { target } = project;
  const host = createWxHost({ route: () => `http://127.0.0.1:${target.port}` });
  const program = await runMiniProgram({ engine: 'vm', host, bundle, modules });
  const text = uploadText(target, key, reach);
  try {
    await program.run(
      `function (scope) { ${text}; return uploadWith(scope.exports.COS, scope.exports.isServiceError); }`,
    );
  } finally {
    host.killApp();
    program.dispose();
  }
}

const taroPackages = [
  ...'cli taro runtime shared helper components react plugin-platform-weapp plugin-framework-react webpack5-runner'
    .split(' ')
    .map((name) => `@tarojs/${name}@4.2.0`),
  'babel-preset-taro@4.2.0',
  'react@18.3.1',
  'react-dom@18.3.1',
  'webpack@5.91.0',
  '@babel/core@7',
  '@babel/preset-react@7',
  '@babel/preset-env@7',
  '@babel/plugin-transform-runtime@7',
  '@babel/plugin-proposal-class-properties@7',
  '@babel/runtime@7',
];

const uniPackages = [
  ...'uni-app uni-mp-weixin vite-plugin-uni uni-components uni-h5 uni-cli-shared'
    .split(' ')
    .map((name) => `@dcloudio/${name}@3.0.0-alpha-5020620260914001`),
  'vue@3.4.21',
  'vite@5.2.8',
];

const uniVersions = Object.fromEntries(
  uniPackages.map((name) => {
    const at = name.lastIndexOf('@');
    return [name.slice(0, at), name.slice(at + 1)] as const;
  }),
);

const uniFiles = {
  'vite.config.mjs': `import uni from '@dcloudio/vite-plugin-uni';
export default { plugins: [(uni.default || uni)()] };`,
  'src/manifest.json': `{ "name": "p", "appid": "", "versionName": "1.0.0", "versionCode": "100", "mp-weixin": {}, "vueVersion": "3" }`,
  'src/pages.json': `{ "pages": [{ "path": "pages/index/index" }] }`,
  'src/main.js': `import { createSSRApp } from 'vue';
import App from './App.vue';
import COS, { isServiceError } from '@sampan/sdk/uni';
global.sampan = { COS, isServiceError };
export function createApp() { return { app: createSSRApp(App) }; }`,
  'src/App.vue': '<script>export default {};</script>',
  'src/pages/index/index.vue': '<template><view /></template>',
  'index.html': '<!doctype html>',
};

/** A program of one page. The class by name, and the build for pages, which must say which import to use. */
const taroFiles = {
  'babel.config.js': `module.exports = { presets: [['taro', { framework: 'react', ts: false }]] };`,
  'config/index.js': `module.exports = { projectName: 'p', date: '2026-1-1', designWidth: 750, deviceRatio: { 750: 1 },
  sourceRoot: 'src', outputRoot: 'dist', framework: 'react', cache: { enable: false }, mini: {},
  plugins: ['@tarojs/plugin-platform-weapp', '@tarojs/plugin-framework-react'],
  compiler: { type: 'webpack5', prebundle: { enable: false } } };`,
  'src/app.config.js': `export default { pages: ['pages/index/index'] };`,
  'src/app.js': `import Taro from '@tarojs/taro';
import COS, { isServiceError } from '@sampan/sdk/taro';
import Page from '@sampan/sdk';
let said = '';
try { new Page({ SecretId: 'a', SecretKey: 'b' }); } catch (error) { said = error.message; }
if (!said.includes('@sampan/sdk/taro')) throw new Error('the build for pages does not say which import to use: ' + said);
wx.sampan = { COS, isServiceError, Taro };
export default function App({ children }) { return children; }`,
  'src/pages/index/index.config.js': `export default {};`,
  'src/pages/index/index.js': `export default function Index() { return null; }`,
};

/** What WeChat gives a program beside \`wx\`, as far as frameworks look for it while they load. */
const frameworkGlobals =
  'var global = wx.sampanGlobal = wx.sampanGlobal || {}, App = function () {}, Page = App, Component = App, Behavior = App, getApp = App, getCurrentPages = function () { return []; };';

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
          './index.js': "module.exports = require('@sampan/sdk');",
          '@sampan/sdk/wx': await read('wx.js'),
          '@sampan/sdk/wx/upload': await read('wx/upload.js'),
        },
      );
    },
  },
  {
    name: 'Taro 4, weapp',
    needs: taroPackages,
    uploads: true,
    async attempt(project, key) {
      for (const [file, text] of Object.entries(taroFiles)) await project.write(file, text);
      const taro = join(project.folder, 'node_modules/@tarojs/cli/bin/taro');
      await project.run(process.execPath, taro, 'build', '--type', 'weapp');
      const chunk = async (name: string): Promise<string> =>
        frameworkGlobals + (await readFile(join(project.folder, 'dist', `${name}.js`), 'utf8'));
      await uploadInHost(
        project,
        key,
        `${await chunk('app')};\nmodule.exports = wx.sampan;`,
        {
          './runtime': await chunk('runtime'),
          './taro': await chunk('taro'),
          './vendors': await chunk('vendors'),
        },
        'Host: scope.exports.Taro,',
      );
    },
  },
  {
    name: 'uni-app 3, mp-weixin',
    needs: uniPackages,
    // uni-app finds its platforms among the dependencies of a project.
    manifest: { dependencies: uniVersions },
    uploads: true,
    async attempt(project, key) {
      for (const [file, text] of Object.entries(uniFiles)) await project.write(file, text);
      const uni = join(project.folder, 'node_modules/@dcloudio/vite-plugin-uni/bin/uni.js');
      await project.run(process.execPath, uni, 'build', '-p', 'mp-weixin');
      const script = async (name: string): Promise<string> =>
        frameworkGlobals + (await readFile(join(project.folder, 'dist/build/mp-weixin', name), 'utf8'));
      await uploadInHost(project, key, `${await script('app.js')};\nmodule.exports = global.sampan;`, {
        './common/vendor.js': await script('common/vendor.js'),
      });
    },
  },
];

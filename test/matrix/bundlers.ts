/** Bundlers of pages, with their own defaults. What they make is run without a module system, with a page's `fetch`. */
import { commonText, moduleText } from './program.ts';
import type { Cell, Project } from './project.ts';

const tools: Readonly<
  Record<
    string,
    {
      readonly needs: readonly string[];
      readonly build: string;
      readonly forms: readonly ('module' | 'common')[];
    }
  >
> = {
  esbuild: {
    needs: ['esbuild@0.28.2'],
    forms: ['module', 'common'],
    build: `require('esbuild').buildSync({ entryPoints: ['app.js'], outfile: 'out.js', bundle: true, minify: true });`,
  },
  webpack: {
    needs: ['webpack@5.113.0'],
    forms: ['module', 'common'],
    build: `require('webpack')({ mode: 'production', entry: './app.js', output: { path: __dirname, filename: 'out.js' } },
      (error, stats) => { if (error || stats.hasErrors()) { console.error(error || stats.toString('errors-only')); process.exit(1); } });`,
  },
  rollup: {
    needs: ['rollup@4.68.8', '@rollup/plugin-node-resolve@16.0.3', '@rollup/plugin-commonjs@29.0.3'],
    forms: ['module', 'common'],
    build: `const { rollup } = require('rollup'); const r = require('@rollup/plugin-node-resolve'); const c = require('@rollup/plugin-commonjs');
      rollup({ input: 'app.js', plugins: [(r.default || r)({ browser: true }), (c.default || c)()] }).then((b) => b.write({ file: 'out.js', format: 'iife' }))
        .catch((error) => { console.error(error); process.exit(1); });`,
  },
  vite: {
    needs: ['vite@8.3.8'],
    forms: ['module', 'common'],
    build: `import('vite').then(({ build }) => build({ configFile: false, logLevel: 'error', build: { outDir: '.', emptyOutDir: false,
      lib: { entry: 'app.js', formats: ['iife'], name: 'app', fileName: () => 'out.js' } } })).catch((error) => { console.error(error); process.exit(1); });`,
  },
  browserify: {
    needs: ['browserify@17.0.1'],
    forms: ['common'],
    build: `require('browserify')('./app.js').bundle((error, text) => { if (error) { console.error(error); process.exit(1); } require('fs').writeFileSync('out.js', text); });`,
  },
};

async function runAsPage(project: Project): Promise<void> {
  // A page and its workers have no require and no module, and a scope that hears events.
  await project.write(
    'page.cjs',
    `const scope = new EventTarget();
for (const name of ['addEventListener', 'removeEventListener']) globalThis[name] = scope[name].bind(scope);
const text = require('fs').readFileSync('out.js', 'utf8');
(0, eval)('(function (require, module, exports, global) {' + text + '\\n})()');`,
  );
  await project.run(process.execPath, '--require', './localhost.cjs', 'page.cjs');
}

export const bundlerCells: readonly Cell[] = Object.entries(tools).flatMap(
  ([tool, { needs, build, forms }]) =>
    forms.map((form) => ({
      name: `${tool}, ${form === 'module' ? 'import' : 'require'}`,
      needs,
      uploads: true,
      async attempt(project: Project, key: string) {
        await project.write('app.js', (form === 'module' ? moduleText : commonText)(project.target, key));
        await project.write('build.cjs', build);
        await project.run(process.execPath, 'build.cjs');
        await runAsPage(project);
      },
    })),
);

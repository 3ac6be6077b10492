/** Node by its versions, and other engines that run the same packages. */
import { join } from 'node:path';
import { commonText, moduleText } from './program.ts';
import type { Cell, Project } from './project.ts';

/** npm's package of Node holds the binary in a package for the platform. */
const nodeOf = ({ folder }: Project): string =>
  join(
    folder,
    'node_modules',
    `node-bin-${process.platform}-${process.arch}`.replace('bin-', ''),
    'bin',
    'node',
  );

const versions = ['20.19.5', '22.23.3', '24.9.0'];

const nodeCells: readonly Cell[] = versions.flatMap((version) => {
  const needs = [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}@${version}`,
  ];
  const major = version.split('.')[0]!;
  return [
    {
      name: `Node ${major}, import`,
      needs,
      uploads: true,
      async attempt(project, key) {
        await project.write('app.mjs', moduleText(project.target, key));
        await project.run(nodeOf(project), '--require', './localhost.cjs', 'app.mjs');
      },
    },
    {
      name: `Node ${major}, require`,
      needs,
      uploads: true,
      async attempt(project, key) {
        await project.write('app.cjs', commonText(project.target, key));
        await project.run(nodeOf(project), '--require', './localhost.cjs', 'app.cjs');
      },
    },
  ] satisfies Cell[];
});

/** An engine that is no Node, and where its package keeps the command. */
interface Engine {
  readonly name: string;
  readonly version: string;
  readonly packageName: string;
  readonly command: string;
  readonly words: readonly string[];
}

const arch = process.arch === 'arm64' ? 'aarch64' : process.arch;
const exe = process.platform === 'win32' ? '.exe' : '';

const engines: readonly Engine[] = [
  {
    name: 'Bun 1',
    version: '1.4.5',
    packageName: `@oven/bun-${process.platform === 'win32' ? 'windows' : process.platform}-${arch}`,
    command: `bin/bun${exe}`,
    words: ['run'],
  },
  {
    name: 'Deno 2',
    version: '2.9.6',
    packageName: `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`,
    command: `deno${exe}`,
    words: ['run', '--allow-all', '--node-modules-dir=manual'],
  },
];

const engineCells = engines.flatMap(({ name, version, packageName, command, words }) =>
  (['import', 'require'] as const).map((way): Cell => ({
    name: `${name}, ${way}`,
    needs: [`${packageName}@${version}`],
    uploads: true,
    async attempt(project, key) {
      const file = way === 'import' ? 'app.mjs' : 'app.cjs';
      const program = way === 'import' ? moduleText : commonText;
      await project.write(file, program(project.target, key, { throughProxy: true }));
      await project.run(join(project.folder, 'node_modules', packageName, command), ...words, file);
    },
  })),
);

export const runtimeCells: readonly Cell[] = [...nodeCells, ...engineCells];

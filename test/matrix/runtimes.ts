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

export const runtimeCells: readonly Cell[] = versions.flatMap((version) => {
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

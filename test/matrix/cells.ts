/** What the published SDK is tried in: projects, what each installs, and how its programs are built and run. */
import { bundlerCells } from './bundlers.ts';
import { compilerCells } from './compilers.ts';
import { frameworkCells } from './frameworks.ts';
import { miniProgramCells } from './mini-programs.ts';
import { runtimeCells } from './runtimes.ts';
import { testRunnerCells } from './test-runners.ts';
import type { Cell } from './project.ts';

/** Slices by name. CI runs all but those of frameworks, whose tools take minutes to install. */
export const slices: Readonly<Record<string, readonly Cell[]>> = {
  runtimes: runtimeCells,
  compilers: compilerCells,
  bundlers: bundlerCells,
  'test-runners': testRunnerCells,
  frameworks: frameworkCells,
  'mini-programs': miniProgramCells,
};

import { join } from 'node:path';
import { clientFolder, programFolder, testsOf } from './program.ts';

/** coscmd 1.9.0.6, with the service as its HTTP proxy. */

const python = join(clientFolder, 'python/bin/python');

await testsOf({
  name: 'coscmd',
  command: python,
  arguments: ['-B', join(programFolder, 'python/coscmd_cases.py')],
  needs: [python, join(clientFolder, 'python/.installed')],
  atLeast: 13,
});

import { join } from 'node:path';
import { clientFolder, programFolder, testsOf } from './program.ts';

/** cos-python-sdk-v5 1.9.44, with the service as its HTTP proxy. */

const python = join(clientFolder, 'python/bin/python');

await testsOf({
  name: 'cos-python-sdk-v5',
  command: python,
  arguments: ['-B', join(programFolder, 'python/sdk.py')],
  needs: [python, join(clientFolder, 'python/.installed')],
  atLeast: 41,
});

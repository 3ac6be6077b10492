import { join } from 'node:path';
import { clientFolder, testsOf } from './program.ts';

/** cos-go-sdk-v5 0.7.70, with the service as its HTTP proxy. The program is built by `.ci/run`. */

const program = join(clientFolder, 'go-sdk');

await testsOf({ name: 'cos-go-sdk-v5', command: program, arguments: [], needs: [program], atLeast: 31 });

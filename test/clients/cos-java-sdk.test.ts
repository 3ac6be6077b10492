import { delimiter, join } from 'node:path';
import { clientFolder, testsOf } from './program.ts';

/** com.qcloud:cos_api 5.6.265, with the service as its HTTP proxy. The program is built by `.ci/run`. */

const [libraries, program] = [join(clientFolder, 'java'), join(clientFolder, 'java-sdk')];

await testsOf({
  name: 'cos-java-sdk',
  command: 'java',
  arguments: ['-Dfile.encoding=UTF-8', '-cp', [program, join(libraries, '*')].join(delimiter), 'Program'],
  needs: [join(program, 'Program.class'), join(libraries, 'cos_api-5.6.265.jar')],
  atLeast: 31,
});

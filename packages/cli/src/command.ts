/** What all commands share: how they complain, and the flags of those that talk to a service. */
import { Command } from 'commander';

/** Begins a command. What is wrong with its words becomes one line, and an exception that main.ts ends on. */
export function verb(name: string): Command {
  return new Command(name)
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`sampan ${name}: ${errorText(text)} (see sampan ${name} --help)\n`),
    });
}

/** Commander's words on one line. */
export function errorText(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
}

/** Flags that every command which talks to a service has. */
export interface ConnectionFlags {
  readonly endpoint?: string;
  readonly region?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly token?: string;
  readonly data?: string;
}

export const standardEndpoint = 'http://127.0.0.1:9000';
export const standardRegion = 'ap-guangzhou';
export const standardData = '.sampan';

/** Adds the common flags. Defaults are not commander's, because which one holds depends on the others. */
export function addConnectionFlags(command: Command): Command {
  return command
    .optionsGroup('Connection:')
    .option('--endpoint <url>', `where the service is (SAMPAN_ENDPOINT; default ${standardEndpoint})`)
    .option(
      '--region <region>',
      `region (default ${standardRegion}); without an endpoint, Tencent Cloud's own`,
    )
    .option('--secret-id <id>', 'SecretId (SAMPAN_SECRET_ID)')
    .option(
      '--secret-key <key>',
      'SecretKey (SAMPAN_SECRET_KEY, which other users of the machine cannot see)',
    )
    .option('--token <token>', 'token of temporary keys (SAMPAN_TOKEN)')
    .option(
      '--data <dir>',
      `folder of a local service, whose key pair is used when none is given (SAMPAN_DATA; default ${standardData})`,
    );
}

/** `sampan sign`: prints a presigned URL, or the Authorization header of one request. No other command prints them. */
import { Option, type Command } from 'commander';
import { parseObject } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { UsageFailure } from '../words/failure.ts';
import { parseDuration } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { addPair } from '../words/pairs.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & {
  readonly key?: string;
  readonly method: Method;
  readonly expires: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly authorization?: true;
};

export function signCommand(context: Context): Command {
  const command = serviceVerb(context, 'sign')
    .summary(t`print a presigned URL or an Authorization header`)
    .description(
      t`Print a presigned URL, or the Authorization header of one request. Who has it has the right it signs.`,
    )
    .argument('<address>', 'cos://bucket/key')
    .option('--key <key>', t`the key, instead of in the address`)
    .addOption(
      new Option('--method <method>', t`what the signature allows`)
        .default('GET')
        .argParser((text: string) => method(text)),
    )
    .option('--expires <time>', t`how long it holds: 900, 15m, 2h or 7d`, '15m')
    .option('--query <name=value>', t`a signed query parameter; repeatable`, addPair('--query', '='))
    .option(
      '--header <name: value>',
      t`a header that the request must carry; repeatable`,
      addPair('--header', ':'),
    )
    .option('--authorization', t`print the header instead of a URL`)
    .addHelpText('after', () => examples('sampan sign --expires 7d cos://photos-1250000000/a.jpg'));
  return addConnectionFlags(command).action(async (address: string, flags: Flags) => {
    const { bucket, key } = parseObject(address, flags.key);
    const seconds = parseDuration(flags.expires);
    if (seconds === undefined || seconds === 0)
      throw new UsageFailure(
        t`--expires must be a time such as 900, 15m, 2h or 7d, got ${JSON.stringify(flags.expires)}`,
      );
    const { cos, at, connection } = await context.connect(flags, { reach: false });
    const request = {
      ...at(bucket),
      Key: key,
      Method: flags.method,
      Expires: seconds,
      Query: flags.query ?? {},
      Headers: flags.header ?? {},
    };
    if (!flags.authorization) {
      const url = cos.getObjectUrl({ ...request, Sign: true });
      context.output.item('signed', { url }, url);
      return;
    }
    const { host } = new URL(cos.getObjectUrl({ ...request, Sign: false }));
    const authorization = cos.getAuth({ ...request, Headers: { ...request.Headers, Host: host } });
    const token = connection.token === '' ? {} : { 'x-cos-security-token': connection.token };
    const headers = { Authorization: authorization, ...token };
    if (context.output.json) context.output.event('signed', { headers });
    else for (const [name, value] of Object.entries(headers)) context.output.result(`${name}: ${value}`);
  });
}

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'] as const;

type Method = (typeof methods)[number];

function method(text: string): Method {
  const name = methods.find((candidate) => candidate === text.toUpperCase());
  if (name === undefined)
    throw new UsageFailure(t`--method must be one of ${methods.join(', ')}, got ${JSON.stringify(text)}`);
  return name;
}

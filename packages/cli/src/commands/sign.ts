/** `sampan sign`: a presigned address, or the Authorization header of one request. It alone prints signatures. */
import { Option, type Command } from 'commander';
import { parseObject } from '../address.ts';
import { addConnectionFlags, verb, type ConnectionFlags } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageFailure } from '../failure.ts';
import { parseDuration } from '../format.ts';
import { addPair } from '../pairs.ts';

type Flags = ConnectionFlags & {
  readonly key?: string;
  readonly method: Method;
  readonly expires: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly authorization?: true;
};

export function signCommand(context: Context): Command {
  const command = verb('sign')
    .summary('print a presigned URL or an Authorization header')
    .description(
      'Print a presigned URL, or the Authorization header of one request. Whoever has it has the right it signs.',
    )
    .argument('<address>', 'cos://bucket/key')
    .option('--key <key>', 'the key, instead of in the address')
    .addOption(
      new Option('--method <method>', 'what the signature allows')
        .default('GET')
        .argParser((text: string) => method(text)),
    )
    .option('--expires <time>', 'how long it holds: 900, 15m, 2h or 7d', '15m')
    .option('--query <name=value>', 'a signed query parameter; repeatable', addPair('--query', '='))
    .option(
      '--header <name: value>',
      'a header that the request must carry; repeatable',
      addPair('--header', ':'),
    )
    .option('--authorization', 'print the header instead of a URL');
  return addConnectionFlags(command).action(async (address: string, flags: Flags) => {
    const { bucket, key } = parseObject(address, flags.key);
    const seconds = parseDuration(flags.expires);
    if (seconds === undefined || seconds === 0)
      throw new UsageFailure(
        `--expires must be a time such as 900, 15m, 2h or 7d, got ${JSON.stringify(flags.expires)}`,
      );
    const { cos, connection } = await context.connect(flags);
    const request = {
      Bucket: bucket,
      Region: connection.region,
      Key: key,
      Method: flags.method,
      Expires: seconds,
      Query: flags.query ?? {},
      Headers: flags.header ?? {},
    };
    if (!flags.authorization) {
      context.output.result(cos.getObjectUrl({ ...request, Sign: true }));
      return;
    }
    const { host } = new URL(cos.getObjectUrl({ ...request, Sign: false }));
    context.output.result(
      `Authorization: ${cos.getAuth({ ...request, Headers: { ...request.Headers, Host: host } })}`,
    );
    if (connection.token !== '') context.output.result(`x-cos-security-token: ${connection.token}`);
  });
}

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'] as const;

type Method = (typeof methods)[number];

function method(text: string): Method {
  const name = methods.find((candidate) => candidate === text.toUpperCase());
  if (name === undefined)
    throw new UsageFailure(`--method must be one of ${methods.join(', ')}, got ${JSON.stringify(text)}`);
  return name;
}

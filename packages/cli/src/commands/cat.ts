/** `sampan cat`: an object's bytes to stdout. */
import { once } from 'node:events';
import type { Command } from 'commander';
import { parseObject } from '../address.ts';
import { addConnectionFlags, verb, type ConnectionFlags } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageFailure } from '../failure.ts';

type Flags = ConnectionFlags & { readonly range?: string };

export function catCommand(context: Context): Command {
  const command = verb('cat')
    .summary('write an object to stdout')
    .description('Write the bytes of an object to stdout.')
    .argument('<address>', 'cos://bucket/key')
    .option(
      '--range <first-last>',
      'only these bytes, counted from 0: 0-99, 100- (to the end) or -100 (the last ones)',
    );
  return addConnectionFlags(command).action(async (address: string, flags: Flags) => {
    const { bucket, key } = parseObject(address);
    const range = flags.range === undefined ? undefined : rangeText(flags.range);
    const { cos, connection } = await context.connect(flags);
    const stream = cos.getObjectStream({
      Bucket: bucket,
      Region: connection.region,
      Key: key,
      ...(range === undefined ? {} : { Range: range }),
    });
    for await (const bytes of stream) if (!context.stdout.write(bytes)) await once(context.stdout, 'drain');
  });
}

/** Checks a range and gives it as the header says it. */
export function rangeText(text: string): string {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(text) ?? [];
  if ((first === '' && last === '') || (first !== '' && last !== '' && BigInt(first) > BigInt(last)))
    throw new UsageFailure(`--range must be first-last, first- or -count, got ${JSON.stringify(text)}`);
  return `bytes=${first}-${last}`;
}

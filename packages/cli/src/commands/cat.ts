/** `sampan cat`: writes an object's bytes to stdout. */
import type { Command } from 'commander';
import { parseObject, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & { readonly range?: string; readonly versionId?: string };

export function catCommand(context: Context): Command {
  const command = serviceVerb(context, 'cat')
    .summary(t`write an object to stdout`)
    .description(t`Write the bytes of an object to stdout.`)
    .argument('<address>', 'cos://bucket/key')
    .option(
      '--range <first-last>',
      t`only these bytes, counted from 0: 0-99, 100- (to the end) or -100 (the last ones)`,
    )
    .option('--version-id <id>', t`this version of the object`)
    .addHelpText('after', () =>
      examples(
        'sampan cat cos://photos-1250000000/notes.txt',
        'sampan cat --range -100 cos://photos-1250000000/log',
      ),
    );
  return addConnectionFlags(command).action(async (word: string, flags: Flags) => {
    const address = parseObject(word);
    const range = flags.range === undefined ? undefined : rangeText(flags.range);
    const connected = await context.connect(flags);
    await writeObject(context, connected, { address, range, versionId: flags.versionId });
  });
}

export interface Wanted {
  readonly address: CosAddress;
  /** Value of the header. */
  readonly range?: string | undefined;
  readonly versionId?: string | undefined;
}

/** Writes an object to stdout, at the speed of its reader. */
export async function writeObject(
  context: Context,
  { cos, at }: Connected,
  { address, range, versionId }: Wanted,
): Promise<void> {
  const stream = cos.getObjectStream({
    ...at(address.bucket),
    Key: address.key,
    ...(range === undefined ? {} : { Range: range }),
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  });
  for await (const bytes of stream) await context.write(bytes);
}

/** Checks a range and gives it as the header says it. */
export function rangeText(text: string): string {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(text) ?? [];
  if ((first === '' && last === '') || (first !== '' && last !== '' && BigInt(first) > BigInt(last)))
    throw new UsageFailure(t`--range must be first-last, first- or -count, got ${JSON.stringify(text)}`);
  return `bytes=${first}-${last}`;
}

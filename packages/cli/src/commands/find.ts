/** `sampan find`: lists objects by name, size, age and storage class, one address a line. */
import type { Command } from 'commander';
import { addressText, parseAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { UsageFailure } from '../words/failure.ts';
import { filterOf } from '../words/filter.ts';
import { dateText, parseDuration, sizeText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { objectsBelow } from '../content/remote.ts';
import { addText, sizeFlag } from '../words/sizes.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & {
  readonly name?: readonly string[];
  readonly regex?: RegExp;
  readonly largerThan?: number;
  readonly smallerThan?: number;
  readonly olderThan?: number;
  readonly newerThan?: number;
  readonly class?: string;
  readonly long?: true;
  readonly print0?: true;
};

const anySize = { least: 0, most: Number.MAX_SAFE_INTEGER };

export function findCommand(context: Context): Command {
  const command = serviceVerb(context, 'find')
    .summary(t`find objects by name, size, age or class`)
    .description(t`Print the addresses of the objects below an address that meet all conditions.`)
    .argument('<address>', t`cos://bucket or cos://bucket/prefix`)
    .option(
      '--name <glob>',
      t`a pattern of the last part of the key, or with slashes of what follows the address; repeatable`,
      addText,
    )
    .option('--regex <expression>', t`a regular expression that the key matches somewhere`, expression)
    .option('--larger-than <size>', t`more bytes than this, such as 10M`, sizeFlag('--larger-than', anySize))
    .option('--smaller-than <size>', t`fewer bytes than this`, sizeFlag('--smaller-than', anySize))
    .option('--older-than <time>', t`changed longer ago: 12h, 30d`, age('--older-than'))
    .option('--newer-than <time>', t`changed since: 12h, 30d`, age('--newer-than'))
    .option('--class <class>', t`of this storage class, such as ARCHIVE`)
    .option('-l, --long', t`with date and size`)
    .option('-0, --print0', t`end each address with NUL instead of a line break, for xargs -0`)
    .addHelpText('after', () =>
      examples(
        'sampan find cos://photos-1250000000 --name "*.raw" --larger-than 50M',
        'sampan find cos://photos-1250000000 --older-than 365d -0 | xargs -0 sampan rm --yes',
      ),
    );
  return addConnectionFlags(command).action(async (word: string, flags: Flags) => {
    const place = parseAddress(word);
    const named = filterOf({ include: flags.name ?? [] });
    const nowMs = Date.now();
    const connected = await context.connect(flags);
    const { output } = context;
    for await (const object of objectsBelow(connected, place)) {
      const { key, sizeBytes, modifiedAtMs, storageClass } = object;
      const ageSeconds = (nowMs - modifiedAtMs) / 1000;
      const isFound =
        named(key.slice(place.key.length)) &&
        (flags.regex?.test(key) ?? true) &&
        (flags.largerThan === undefined || sizeBytes > flags.largerThan) &&
        (flags.smallerThan === undefined || sizeBytes < flags.smallerThan) &&
        (flags.olderThan === undefined || ageSeconds > flags.olderThan) &&
        (flags.newerThan === undefined || ageSeconds < flags.newerThan) &&
        (flags.class === undefined || flags.class.toUpperCase() === storageClass);
      if (!isFound) continue;
      const address = addressText(object);
      const facts = {
        address,
        bytes: sizeBytes,
        modified: new Date(modifiedAtMs).toISOString(),
        storageClass,
      };
      if (flags.print0 && !output.json) await context.write(Buffer.from(`${address}\0`));
      else
        output.item(
          'object',
          facts,
          flags.long
            ? `${dateText(new Date(modifiedAtMs))}  ${sizeText(sizeBytes).padStart(10)}  ${output.name(address)}`
            : output.name(address),
        );
    }
  });
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new UsageFailure(t`--regex must be a regular expression: ${(error as Error).message}`);
  }
}

function age(flag: string): (text: string) => number {
  return (text) => {
    const seconds = parseDuration(text);
    if (seconds === undefined)
      throw new UsageFailure(
        t`${flag} must be a time such as 900, 15m, 2h or 7d, got ${JSON.stringify(text)}`,
      );
    return seconds;
  };
}

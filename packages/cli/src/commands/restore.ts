/** `sampan restore`: makes archived objects readable for some days. */
import { isServiceError } from '@sampan/protocol';
import type { Command } from 'commander';
import { addressText, parseAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { endingOf, Tally } from '../words/failure.ts';
import { filterOf, type FilterFlags } from '../words/filter.ts';
import { t } from '../terminal/messages.ts';
import { choose } from '../content/remote.ts';
import { countFlag, wordFlag } from '../words/sizes.ts';
import { addFilterFlags } from '../content/transfer-flags.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags &
  FilterFlags & {
    readonly recursive?: true;
    readonly days: number;
    readonly tier: 'Expedited' | 'Standard' | 'Bulk';
    readonly versionId?: string;
  };

export function restoreCommand(context: Context): Command {
  const command = serviceVerb(context, 'restore')
    .summary(t`make archived objects readable`)
    .description(
      t`Ask for copies of archived objects that can be read for some days. They come within minutes to hours; sampan stat shows them.`,
    )
    .argument('<address>', t`cos://bucket/key, a pattern, or a folder with -r`)
    .option('-r, --recursive', t`all archived objects below a folder`)
    .option(
      '--days <days>',
      t`how long the copies stay, 1 to 365`,
      countFlag('--days', { least: 1, most: 365 }),
      7,
    )
    .option(
      '--tier <tier>',
      t`how fast: Expedited, Standard or Bulk`,
      wordFlag('--tier', ['Expedited', 'Standard', 'Bulk']),
      'Standard',
    )
    .option('--version-id <id>', t`this version of the object`)
    .addHelpText('after', () => examples('sampan restore cos://photos-1250000000/2019/a.raw --days 3'));
  addFilterFlags(command);
  return addConnectionFlags(command).action(async (word: string, flags: Flags) => {
    const place = parseAddress(word);
    const connected = await context.connect(flags);
    const { output } = context;
    const { kind, chosen } = await choose(connected, place, {
      recursive: flags.recursive === true,
      wanted: filterOf(flags),
    });
    const tally = new Tally();
    for (const { object } of chosen) {
      if (kind !== 'object' && !object.storageClass.includes('ARCHIVE')) continue;
      const address = addressText(object);
      try {
        await connected.cos.restoreObject({
          ...connected.at(object.bucket),
          Key: object.key,
          ...(flags.versionId === undefined ? {} : { VersionId: flags.versionId }),
          RestoreRequest: { Days: flags.days, CASJobParameters: { Tier: flags.tier } },
        });
        output.event(
          'restoring',
          { address, days: flags.days, tier: flags.tier },
          t`restoring ${output.name(address)}`,
        );
      } catch (error) {
        if (isServiceError(error) && error.code === 'RestoreAlreadyInProgress') {
          output.event('restoring', { address }, t`restoring ${output.name(address)}`);
          continue;
        }
        const { message, status } = endingOf(error, context.about());
        tally.add(status);
        output.failed(`${output.name(address)}: ${message}`, { address, status });
      }
    }
    context.end(tally.status);
  });
}

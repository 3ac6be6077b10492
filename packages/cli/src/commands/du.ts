/** `sampan du`: sums number and size of the objects below an address. */
import type { Command } from 'commander';
import { addressText, parseAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { filterOf, type FilterFlags } from '../words/filter.ts';
import { sizeText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { objectsBelow, versionsBelow } from '../content/remote.ts';
import { countFlag } from '../words/sizes.ts';
import { addFilterFlags } from '../content/transfer-flags.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags &
  FilterFlags & { readonly depth: number; readonly bytes?: true; readonly versions?: true };

interface Sum {
  objects: number;
  bytes: number;
}

export function duCommand(context: Context): Command {
  const command = serviceVerb(context, 'du')
    .summary(t`count objects and bytes`)
    .description(t`Count the objects below an address and their bytes, for each folder and in all.`)
    .argument('<address>', t`cos://bucket or cos://bucket/prefix`)
    .option(
      '--depth <levels>',
      t`folders so deep have a line of their own; 0 for the total alone`,
      countFlag('--depth', { least: 0, most: 100 }),
      1,
    )
    .option('-b, --bytes', t`exact sizes`)
    .option('--versions', t`older versions too`)
    .addHelpText('after', () =>
      examples('sampan du cos://photos-1250000000', 'sampan du --depth 0 -b cos://photos-1250000000/2026/'),
    );
  addFilterFlags(command);
  return addConnectionFlags(command).action(async (word: string, flags: Flags) => {
    const place = parseAddress(word);
    const wanted = filterOf(flags);
    const connected = await context.connect(flags);
    const total: Sum = { objects: 0, bytes: 0 };
    const folders = new Map<string, Sum>();
    const entries = flags.versions ? versionsBelow(connected, place) : objectsBelow(connected, place);
    for await (const { key, sizeBytes } of entries) {
      const name = key.slice(place.key.length);
      if (!wanted(name)) continue;
      add(total, sizeBytes);
      const parts = name.split('/').slice(0, -1);
      for (let depth = 1; depth <= Math.min(flags.depth, parts.length); depth++) {
        const folder = `${place.key}${parts.slice(0, depth).join('/')}/`;
        const sum = folders.get(folder) ?? { objects: 0, bytes: 0 };
        add(sum, sizeBytes);
        folders.set(folder, sum);
      }
    }
    const { output } = context;
    const print = (event: string, address: string, { objects, bytes }: Sum): void =>
      output.item(
        event,
        { address, objects, bytes },
        `${(flags.bytes ? String(bytes) : sizeText(bytes)).padStart(12)}  ${String(objects).padStart(8)}  ${output.name(address)}`,
      );
    for (const [folder, sum] of folders)
      print('folder', addressText({ bucket: place.bucket, key: folder }), sum);
    print('total', addressText(place), total);
  });
}

function add(sum: Sum, bytes: number): void {
  sum.objects++;
  sum.bytes += bytes;
}

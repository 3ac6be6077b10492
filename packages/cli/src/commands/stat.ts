/** `sampan stat`: shows the metadata of an object or a bucket. */
import type { Command } from 'commander';
import { addressText, parseAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { exitStatus, Failure } from '../words/failure.ts';
import { sizeText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { headOf } from '../content/remote.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & { readonly versionId?: string };

/** Headers that say nothing of the object. */
const others =
  /^(connection|date|keep-alive|server|transfer-encoding|accept-ranges|x-cos-request-id|x-cos-trace-id)$/;

export function statCommand(context: Context): Command {
  const command = serviceVerb(context, 'stat')
    .summary(t`show what is known of an object or a bucket`)
    .description(t`Show size, times, checksums and headers of an object, or region and settings of a bucket.`)
    .argument('<address>', t`cos://bucket/key or cos://bucket`)
    .option('--version-id <id>', t`this version of the object`)
    .addHelpText('after', () =>
      examples('sampan stat cos://photos-1250000000/a.jpg', 'sampan stat cos://photos-1250000000'),
    );
  return addConnectionFlags(command).action(async (word: string, flags: Flags) => {
    const place = parseAddress(word);
    const connected = await context.connect(flags);
    const { cos, at } = connected;
    if (place.key === '') {
      const [{ headers = {} }, versioning] = await Promise.all([
        cos.headBucket(at(place.bucket)),
        cos.getBucketVersioning(at(place.bucket)),
      ]);
      const { Status = 'Off' } = versioning.VersioningConfiguration as { readonly Status?: string };
      print(context, 'bucket', {
        bucket: place.bucket,
        region: headers['x-cos-bucket-region'] ?? at(place.bucket).Region,
        versioning: Status,
      });
      return;
    }
    const found = await headOf(connected, place, flags.versionId);
    if (!found) {
      // A GET says whether it is the bucket that is missing.
      await cos.getBucket({ ...at(place.bucket), Prefix: place.key, MaxKeys: 1, EncodingType: 'url' });
      throw new Failure(t`nothing is at ${addressText(place)}`, exitStatus.notFound);
    }
    print(context, 'object', {
      address: addressText(place),
      bytes: found.sizeBytes,
      ...Object.fromEntries(Object.entries(found.headers).filter(([name]) => !others.test(name))),
    });
  });
}

function print({ output }: Context, event: string, facts: Readonly<Record<string, string | number>>): void {
  if (output.json) {
    output.event(event, facts);
    return;
  }
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  for (const [name, value] of Object.entries(facts)) {
    const text = name === 'bytes' ? `${value} (${sizeText(Number(value))})` : output.name(String(value));
    output.result(`${name.padEnd(width)}  ${text}`);
  }
}

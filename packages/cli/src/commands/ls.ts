/** `sampan ls`: buckets, or what is in one. */
import type COS from '@sampan/sdk';
import type { Command } from 'commander';
import { parseAddress, type CosAddress } from '../address.ts';
import { addConnectionFlags, verb, type ConnectionFlags } from '../command.ts';
import type { Connected, Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { dateText, sizeText } from '../format.ts';

type Flags = ConnectionFlags & {
  readonly long?: true;
  readonly recursive?: true;
  readonly bytes?: true;
};

export function lsCommand(context: Context): Command {
  const command = verb('ls')
    .summary('list buckets or objects')
    .description('List buckets, or with an address the objects and folders whose keys begin with it.')
    .argument('[address]', 'cos://bucket or cos://bucket/prefix')
    .option('-l, --long', 'with date, size and storage class')
    .option('-r, --recursive', 'every object, instead of one line for a folder')
    .option('-b, --bytes', 'with -l, exact sizes');
  return addConnectionFlags(command).action(async (address: string | undefined, flags: Flags) => {
    const place = address === undefined ? undefined : parseAddress(address);
    const connected = await context.connect(flags);
    if (place) await listObjects(context, connected, place, flags);
    else await listBuckets(context, connected, flags);
  });
}

async function listBuckets(context: Context, { cos }: Connected, flags: Flags): Promise<void> {
  const { Buckets } = await cos.getService();
  for (const { Name, Location, CreationDate } of Buckets)
    context.output.result(flags.long ? `${dateText(new Date(CreationDate))}  ${Location}  ${Name}` : Name);
}

async function listObjects(
  context: Context,
  { cos, connection }: Connected,
  { bucket, key: prefix }: CosAddress,
  flags: Flags,
): Promise<void> {
  const { output } = context;
  let count = 0;
  for (let marker: string | undefined = ''; marker !== undefined;) {
    const page: COS.GetBucketResult = await cos.getBucket({
      Bucket: bucket,
      Region: connection.region,
      Prefix: prefix,
      Delimiter: flags.recursive ? '' : '/',
      Marker: marker,
      MaxKeys: 1000,
      // XML cannot hold every character that a key can.
      EncodingType: 'url',
    });
    const entries = [
      ...page.CommonPrefixes.map(({ Prefix }) => ({ key: decode(Prefix), row: folderRow })),
      ...page.Contents.map((object) => ({ key: decode(object.Key), row: objectRow(object, flags) })),
    ];
    entries.sort((a, b) => byBytes(a.key, b.key));
    for (const { key, row } of entries)
      output.result(flags.long ? `${row}  ${output.name(key)}` : output.name(key));
    count += entries.length;
    marker =
      page.IsTruncated === 'true' ? decode(page.NextMarker ?? page.Contents.at(-1)?.Key ?? '') : undefined;
    if (marker === '') throw new Failure('the service says that there is more, but not from where');
  }
  if (count === 0 && prefix !== '') throw new Failure(`nothing begins with cos://${bucket}/${prefix}`);
}

const folderRow = `${' '.repeat(16)}  ${' '.repeat(10)}  ${''.padEnd(12)}`;

function objectRow(
  object: { readonly LastModified: string; readonly Size: string; readonly StorageClass: string },
  { bytes }: Flags,
): string {
  const size = bytes ? object.Size : sizeText(Number(object.Size));
  return `${dateText(new Date(object.LastModified))}  ${size.padStart(bytes ? 14 : 10)}  ${object.StorageClass.padEnd(12)}`;
}

function decode(text: string): string {
  return decodeURIComponent(text);
}

/** The service's order: by UTF-8 bytes. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

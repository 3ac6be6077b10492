/** `sampan doctor`: checks each step of an upload (address, clock, keys, bucket, speed) and explains failures. */
import type { Command } from 'commander';
import { isAddress, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { checkClock, checkKeys, checkPlace } from '../doctor/basics.ts';
import { checkBucket, checkPermissions } from '../doctor/bucket.ts';
import { checkDomains, checkOrigin } from '../doctor/pages.ts';
import { checkSpeed } from '../doctor/speed.ts';
import type { Finding } from '../doctor/finding.ts';
import { exitStatus, Tally } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { sizeFlag } from '../words/sizes.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & {
  readonly origin?: string;
  readonly miniProgram?: true;
  readonly speed: boolean;
  readonly size: number;
};

const MiB = 1_048_576;

export function doctorCommand(context: Context): Command {
  const command = serviceVerb(context, 'doctor')
    .summary(t`find what stands in the way of uploads`)
    .description(
      t`Check the address, the clock and the keys; with a bucket also the permission for each request of an upload, the rules for web pages, the domains of a mini program, and the speed. A small object is written below the address and deleted again.`,
    )
    .argument('[address]', t`cos://bucket or cos://bucket/prefix`)
    .option(
      '--origin <origin>',
      t`check the CORS rules for pages of this origin, such as https://app.example.com`,
    )
    .option('--mini-program', t`print the domains to enter for a mini program`)
    .option('--no-speed', t`do not measure the speed`)
    .option(
      '--size <size>',
      t`bytes to measure the speed with`,
      sizeFlag('--size', { least: 65_536, most: 1024 * MiB }),
      8 * MiB,
    )
    .addHelpText('after', () =>
      examples(
        'sampan doctor',
        'sampan doctor cos://photos-1250000000 --origin https://app.example.com',
        'sampan doctor cos://photos-1250000000 --mini-program --region ap-guangzhou',
      ),
    );
  return addConnectionFlags(command).action(async (word: string | undefined, flags: Flags) => {
    const place = word === undefined ? undefined : parseAddress(isAddress(word) ? word : `cos://${word}`);
    // Whether something listens is the first thing to report, not a reason to end.
    const connected = await context.connect(flags, { reach: false });
    const tally = new Tally();
    for await (const finding of findings(connected, place, flags)) report(context, finding, tally);
    const { output } = context;
    const problems = tally.count;
    if (output.json) output.event('diagnosis', { problems });
    else output.note(problems === 0 ? t`nothing stands in the way` : t`${problems} things to change`);
    context.end(problems === 0 ? exitStatus.fine : tally.status);
  });
}

async function* findings(
  connected: Connected,
  place: CosAddress | undefined,
  flags: Flags,
): AsyncGenerator<Finding> {
  const reached = await checkPlace(connected.connection);
  yield reached;
  if (!reached.isFine) return;
  yield await checkClock(connected.connection);
  const keys = await checkKeys(connected, place?.bucket);
  yield keys;
  if (!keys.isFine) return;
  if (!place) return;
  const bucket = await checkBucket(connected, place.bucket);
  yield bucket;
  if (bucket.isFine) {
    yield* checkPermissions(connected, place);
    if (flags.origin !== undefined) yield* checkOrigin(connected, place, flags.origin);
    if (flags.speed) yield* checkSpeed(connected, place, flags.size);
  }
  if (flags.miniProgram) yield checkDomains(connected, place.bucket);
}

function report({ output }: Context, { name, isFine, text, advice, status }: Finding, tally: Tally): void {
  if (!isFine) tally.add(status ?? exitStatus.failed);
  if (output.json) {
    output.event('check', { name, ok: isFine, message: text, ...(advice === undefined ? {} : { advice }) });
    return;
  }
  output.result(`${isFine ? 'ok ' : '!! '} ${output.name(text)}`);
  for (const line of advice?.split('\n') ?? []) output.result(`      ${line}`);
}

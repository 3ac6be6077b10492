/** `sampan cors`, `lifecycle` and `policy`: show and set a bucket's configuration documents as JSON. */
import { readFile } from 'node:fs/promises';
import { isServiceError } from '@sampan/protocol';
import type COS from '@sampan/sdk';
import type { Command } from 'commander';
import { parseAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { exitStatus, Failure, UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { addText } from '../words/sizes.ts';
import { examples } from './up.ts';

type Place = ReturnType<Connected['at']>;

interface DocumentVerb {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  read(cos: COS, at: Place): Promise<unknown>;
  write(cos: COS, at: Place, document: unknown): Promise<unknown>;
  remove(cos: COS, at: Place): Promise<unknown>;
}

type Flags = ConnectionFlags & { readonly delete?: true; readonly allow?: readonly string[] };

function documentCommand(context: Context, verb: DocumentVerb): Command {
  const command = serviceVerb(context, verb.name)
    .summary(verb.summary)
    .description(
      t`Show the ${verb.name} settings of a bucket as JSON, set them from a file in the form that is shown, or remove them.`,
    )
    .argument('<bucket>', 'cos://bucket')
    .argument('[file]', t`a file with JSON, or - for stdin`)
    .option('--delete', t`remove the settings`);
  if (verb.name === 'cors')
    command.option(
      '--allow <origin>',
      t`add a rule that lets pages of this origin upload and download; repeatable`,
      addText,
    );
  command.addHelpText('after', () => examples(...verb.example.split('\n')));
  return addConnectionFlags(command).action(async (word: string, file: string | undefined, flags: Flags) => {
    const { bucket, key } = parseAddress(word);
    if (key !== '') throw new UsageFailure(t`${word} names more than a bucket: write cos://${bucket}`);
    if ([flags.delete, file, flags.allow].filter((given) => given !== undefined).length > 1)
      throw new UsageFailure(t`give a file or a flag, not both`);
    const document = file === undefined ? undefined : await readDocument(context, file);
    const { cos, at } = await context.connect(flags);
    const { output } = context;
    const done = () =>
      output.event('set', { bucket, settings: verb.name }, t`${verb.name} set for cos://${bucket}`);
    if (flags.delete) {
      await verb.remove(cos, at(bucket));
      output.event('removed', { bucket, settings: verb.name }, t`${verb.name} removed from cos://${bucket}`);
    } else if (flags.allow !== undefined) {
      await allowOrigins(cos, at(bucket), flags.allow);
      done();
    } else if (document !== undefined) {
      await verb.write(cos, at(bucket), document);
      done();
    } else {
      const found = await orNothing(() => verb.read(cos, at(bucket)));
      if (found === undefined)
        throw new Failure(t`cos://${bucket} has no ${verb.name} settings`, exitStatus.notFound);
      output.item(verb.name, { bucket, document: found }, JSON.stringify(found, null, 2));
    }
  });
}

async function readDocument(context: Context, file: string): Promise<unknown> {
  const text =
    file === '-'
      ? Buffer.concat((await context.stdin.toArray()) as Uint8Array[]).toString()
      : await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageFailure(t`${file} is no JSON: ${(error as Error).message}`);
  }
}

/** What has never been set answers 404, with a code of its own for each kind. */
async function orNothing<Found>(read: () => Promise<Found>): Promise<Found | undefined> {
  try {
    const found = await read();
    return Array.isArray(found) && found.length === 0 ? undefined : found;
  } catch (error) {
    if (isServiceError(error) && error.statusCode === 404 && error.code !== 'NoSuchBucket') return undefined;
    throw error;
  }
}

/** What a page needs: every method, every header, and the headers that prove an upload. */
function ruleFor(origin: string): COS.CORSRule {
  return {
    AllowedOrigins: [origin],
    AllowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag', 'Content-Length', 'x-cos-request-id', 'x-cos-hash-crc64ecma', 'x-cos-version-id'],
    MaxAgeSeconds: 600,
  };
}

async function allowOrigins(cos: COS, at: Place, origins: readonly string[]): Promise<void> {
  const rules = (await orNothing(async () => (await cos.getBucketCors(at)).CORSRules)) ?? [];
  await cos.putBucketCors({ ...at, CORSRules: [...rules, ...origins.map(ruleFor)] });
}

function listIn<Row>(document: unknown, name: string): Row[] {
  const rows = Array.isArray(document) ? document : (document as Record<string, unknown> | null)?.[name];
  if (!Array.isArray(rows))
    throw new UsageFailure(t`the document must be a list of rules, or hold one as ${name}`);
  return rows as Row[];
}

export function corsCommand(context: Context): Command {
  return documentCommand(context, {
    name: 'cors',
    summary: t`show or set which web pages may use a bucket`,
    example:
      'sampan cors cos://photos-1250000000 --allow https://app.example.com\nsampan cors cos://photos-1250000000 > cors.json',
    read: async (cos, at) => (await cos.getBucketCors(at)).CORSRules,
    write: (cos, at, document) => cos.putBucketCors({ ...at, CORSRules: listIn(document, 'CORSRules') }),
    remove: (cos, at) => cos.deleteBucketCors(at),
  });
}

export function lifecycleCommand(context: Context): Command {
  return documentCommand(context, {
    name: 'lifecycle',
    summary: t`show or set when objects expire or change their class`,
    example: 'sampan lifecycle cos://photos-1250000000 rules.json',
    read: async (cos, at) => (await cos.getBucketLifecycle(at)).Rules,
    write: (cos, at, document) => cos.putBucketLifecycle({ ...at, Rules: listIn(document, 'Rules') }),
    remove: (cos, at) => cos.deleteBucketLifecycle(at),
  });
}

export function policyCommand(context: Context): Command {
  return documentCommand(context, {
    name: 'policy',
    summary: t`show or set the policy of a bucket`,
    example: 'sampan policy cos://photos-1250000000 policy.json',
    read: async (cos, at) => (await cos.getBucketPolicy(at)).Policy,
    write: (cos, at, document) => cos.putBucketPolicy({ ...at, Policy: document as object }),
    remove: (cos, at) => cos.deleteBucketPolicy(at),
  });
}

/** `sampan login`: saves a service's address and keys as a profile. */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import { standardRegion, type ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { openCos } from '../connection/client.ts';
import { resolveConnection } from '../connection/connection.ts';
import { UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { standardProfile, writeProfile, type ProfileSettings } from '../connection/profiles.ts';
import { checkReachable } from '../connection/reach.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & { readonly check: boolean };

export function loginCommand(context: Context): Command {
  const command = serviceVerb(context, 'login')
    .summary(t`keep an address and keys as a profile`)
    .description(
      t`Keep the address of a service and the keys for it, readable by you alone, so that no command needs flags for them. On a terminal it asks for what the flags do not say, and tries the keys before it keeps them.`,
    )
    .option('--no-check', t`keep the keys without trying them`)
    .addHelpText('after', () =>
      examples(
        'sampan login',
        'sampan login --profile beijing --region ap-beijing --secret-id AKID… --secret-key …',
        'sampan ls --profile beijing',
      ),
    );
  return addConnectionFlags(command).action(async (flags: Flags) => {
    const settings = await settingsOf(context, flags);
    const name = flags.profile ?? standardProfile;
    if (flags.check) await tryKeys(context, settings);
    const file = await writeProfile(name, settings, context);
    context.output.event('kept', { profile: name, file }, t`profile ${name} is kept in ${file}`);
  });
}

async function settingsOf(context: Context, flags: Flags): Promise<ProfileSettings> {
  const given: ProfileSettings = defined({
    endpoint: flags.endpoint,
    region: flags.region,
    secret_id: flags.secretId,
    secret_key: flags.secretKey,
    token: flags.token,
    data: flags.data === undefined ? undefined : resolve(context.cwd, flags.data),
    credential_process: flags.credentialProcess,
  });
  const hasKeys =
    (given.secret_id !== undefined && given.secret_key !== undefined) ||
    given.data !== undefined ||
    given.credential_process !== undefined;
  const hasPlace = given.endpoint !== undefined || given.region !== undefined || given.data !== undefined;
  if (hasKeys && hasPlace) return given;
  if (context.stdin.isTTY !== true)
    throw new UsageFailure(
      t`without a terminal login needs --endpoint or --region, and --secret-id with --secret-key, --data or --credential-process`,
    );
  const ask = prompter(context);
  try {
    const place = hasPlace
      ? {}
      : placeOf(await ask.line(t`Region of Tencent Cloud, or the URL of another service`, standardRegion));
    const keys = hasKeys
      ? {}
      : {
          secret_id: given.secret_id ?? (await ask.line('SecretId', '')),
          secret_key: given.secret_key ?? (await ask.secret('SecretKey')),
        };
    return { ...given, ...place, ...keys };
  } finally {
    ask.close();
  }
}

function placeOf(answer: string): ProfileSettings {
  return answer.includes('://') ? { endpoint: answer } : { region: answer };
}

function defined(values: Readonly<Record<string, string | undefined>>): ProfileSettings {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Asks on the terminal; a secret is not shown while it is typed. */
function prompter({ stdin, stderr }: Context) {
  let isHidden = false;
  const shown = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isHidden) stderr.write(chunk);
      done();
    },
  });
  const prompt = createInterface({ input: stdin, output: shown, terminal: true });
  return {
    async line(question: string, standard: string): Promise<string> {
      const note = standard === '' ? '' : ` [${standard}]`;
      const answer = (await prompt.question(`${question}${note}: `)).trim();
      if (answer === '' && standard === '') throw new UsageFailure(t`${question} must not be empty`);
      return answer || standard;
    },
    async secret(question: string): Promise<string> {
      const answering = prompt.question(`${question}: `);
      isHidden = true;
      const answer = (await answering).trim();
      isHidden = false;
      stderr.write('\n');
      if (answer === '') throw new UsageFailure(t`${question} must not be empty`);
      return answer;
    },
    close: () => prompt.close(),
  };
}

/** Lists the buckets with the new keys, which asks nothing else of them. Keys without that permission need --no-check. */
async function tryKeys(context: Context, settings: ProfileSettings): Promise<void> {
  const connection = await resolveConnection(
    {
      ...defined({
        endpoint: settings.endpoint,
        region: settings.region,
        secretId: settings.secret_id,
        secretKey: settings.secret_key,
        token: settings.token,
        data: settings.data,
        credentialProcess: settings.credential_process,
      }),
    },
    { ...context, env: {} },
  );
  await checkReachable(connection);
  const { Buckets } = await (await openCos(connection)).getService();
  context.output.note(t`the keys are good: ${Buckets.length} buckets`);
}

/** `sampan explain`: says why the service refused a request, and what to change. */
import type { Command } from 'commander';
import { askService } from '../connection/ask-service.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { exitStatus, Failure, UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & {
  readonly status?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly operation?: string;
  readonly verbose?: true;
};

/** What the service says of one request. */
interface Explained {
  readonly request: {
    readonly id: string;
    readonly startedAt: string;
    readonly method: string;
    readonly address: string;
    readonly operation: string;
    readonly status: number;
    readonly code?: string;
    readonly principal?: string;
    readonly durationMs: number;
  };
  readonly explanation?: {
    readonly cause: string;
    readonly summary: string;
    readonly details: Readonly<Record<string, unknown>>;
    readonly fix?: { readonly sentence: string; readonly document?: { readonly content: string } };
  };
}

const filters = ['status', 'bucket', 'key', 'operation'] as const;

export function explainCommand(context: Context): Command {
  const command = serviceVerb(context, 'explain')
    .summary(t`say why the service refused a request`)
    .description(
      t`Say why sampan serve refused a request and what to change, by the request id of the answer, or of the last request that was refused. It needs the root key of the service.`,
    )
    .argument('<request-id>', t`the request id, or last`)
    .option('--status <status>', t`with last: of these statuses, such as 403 or 4xx`)
    .option('--bucket <name>', t`with last: of this bucket; * stands for anything`)
    .option('--key <key>', t`with last: of this key; * stands for anything`)
    .option('--operation <name>', t`with last: of this operation, such as putObject`)
    .addHelpText('after', () =>
      examples(
        'sampan explain last',
        'sampan explain last --status 403 --key "photos/*"',
        'sampan explain -v NjY1…',
      ),
    );
  return addConnectionFlags(command).action(async (word: string, flags: Flags) => {
    const given = filters.filter((name) => flags[name] !== undefined);
    if (word !== 'last' && given.length > 0)
      throw new UsageFailure(t`--${given.join(', --')} goes with last: a request id names one request`);
    const { connection } = await context.connect(flags);
    const id = word === 'last' ? await lastRefused(connection, flags) : word;
    const path = `/-/requests/${encodeURIComponent(id)}`;
    const { request, explanation } = await askService<Explained>(connection, path);
    const { output } = context;
    if (output.json) {
      output.event('explanation', { request, explanation });
      return;
    }
    print(context, request);
    if (!explanation) {
      output.result(t`It was not refused.`);
      return;
    }
    const { cause, summary, details, fix } = explanation;
    output.result('');
    output.result(`${output.name(summary)} (${cause})`);
    if (fix) {
      output.result('');
      output.result(output.name(fix.sentence));
      if (fix.document)
        for (const line of fix.document.content.trimEnd().split('\n'))
          output.result(`    ${output.name(line)}`);
    }
    if (flags.verbose !== true) return;
    output.result('');
    for (const line of JSON.stringify(details, undefined, 2).split('\n')) output.result(output.name(line));
  });
}

function print({ output }: Context, request: Explained['request']): void {
  const { id, startedAt, method, address, operation, status, code = '', principal, durationMs } = request;
  output.result(output.name(`${status} ${code}${code === '' ? '' : ' '}${method} ${address}`));
  const facts = [operation, principal, `${Math.round(durationMs)} ms`, startedAt, id];
  output.result(output.name(facts.filter((fact) => fact !== undefined).join('  ')));
}

/** The id of the last request that was refused, among those that the flags name. */
async function lastRefused(
  connection: Parameters<typeof askService>[0],
  flags: Pick<Flags, (typeof filters)[number]>,
): Promise<string> {
  const query: Record<string, string> = { limit: '1', status: flags.status ?? 'refused' };
  for (const name of filters) if (flags[name] !== undefined) query[name] = flags[name];
  const list = await askService<{ requests: Explained['request'][] }>(connection, '/-/requests', query);
  const [last] = list.requests;
  if (!last) throw new Failure(t`no refused request is kept that fits`, exitStatus.notFound);
  return last.id;
}

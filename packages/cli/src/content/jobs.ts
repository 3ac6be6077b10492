/** Runs many transfers with limited concurrency, one shared progress, and a result line for each. */
import { isAbortedError } from '@sampan/protocol';
import type { Context } from '../connection/context.ts';
import { endingOf, exitStatus, Tally } from '../words/failure.ts';
import { sizeText, speedText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { transferMeter, type TransferMeter } from '../terminal/transfer.ts';
import { keepYoungGenerationSmall } from './memory.ts';

/** One transfer. */
export interface Job {
  /** Path or address, as messages show them. */
  readonly from: string;
  readonly to: string;
  readonly sizeBytes?: number;
  readonly perform: (surroundings: Surroundings) => Promise<Performed>;
}

interface Surroundings {
  readonly report: (loadedBytes: number) => void;
  readonly signal: AbortSignal;
}

export interface Performed {
  /** Why nothing was sent. */
  readonly skipped?: 'same' | 'exists';
  /** What an earlier run had moved. */
  readonly resumedBytes?: number;
  /** The ETag of the object that came of it. */
  readonly eTag?: string | undefined;
  /** CRC-64 of the content, compared with the service's. */
  readonly crc64?: string | undefined;
  /** False when the service gave nothing to compare with. */
  readonly proven?: boolean;
}

export interface JobRun {
  readonly context: Pick<Context, 'output' | 'about'>;
  readonly jobs: readonly Job[];
  /** Name of the JSON event of a job that went well: `uploaded`, `downloaded`, `copied`. */
  readonly event: string;
  readonly parallel: Parallel;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

export interface Parallel {
  /** Jobs at once. */
  readonly jobs: number;
  /** Of these, jobs of {@link largeBytes} or more: they have requests of their own in parallel. */
  readonly large: number;
}

/** From here on a file goes in parts, and a few of them fill any line. */
export const largeBytes = 4 * 1_048_576;

/** Runs all jobs; one that fails does not stop the others. Failures go to the tally. */
export async function runJobs(run: JobRun): Promise<void> {
  const { context, jobs, parallel, signal } = run;
  const { output } = context;
  if (jobs.length >= manyJobs) keepYoungGenerationSmall();
  const [first] = jobs;
  const meter = transferMeter(
    jobs.length === 1 ? (first?.from.split(/[/\\]/).at(-1) ?? '') : undefined,
    jobs.map(({ to, sizeBytes }) => (sizeBytes === undefined ? { key: to } : { key: to, sizeBytes })),
    output.progress,
  );
  const before = run.tally.count;
  let skipped = 0;
  const lane = async (waiting: Iterable<Job>): Promise<void> => {
    for (const job of waiting) {
      if (signal.aborted) return;
      if (await perform(run, job, meter)) skipped++;
    }
  };
  const isLarge = ({ sizeBytes = Infinity }: Job) => sizeBytes >= largeBytes;
  const large = jobs.filter(isLarge).values();
  const small = jobs.filter((job) => !isLarge(job)).values();
  const largeLanes = Math.min(parallel.jobs, parallel.large);
  await Promise.all([
    ...Array.from({ length: largeLanes }, async () => {
      await lane(large);
      await lane(small);
    }),
    ...Array.from({ length: parallel.jobs - largeLanes }, () => lane(small)),
  ]);
  output.endProgress();

  if (signal.aborted) return;
  const failures = run.tally.count - before;
  const summary = {
    files: jobs.length - skipped - failures,
    skipped,
    failed: failures,
  };
  if (jobs.length > 1) {
    const unchanged = skipped > 0 ? `, ${t`${skipped} were there already`}` : '';
    if (output.json) output.event('summary', summary);
    else if (skipped < jobs.length) output.note(meter.summary() + unchanged);
    else output.note(t`all ${skipped} files were there already`);
    if (failures > 0) output.failed(t`${failures} of ${jobs.length} files failed`);
  }
}

/** From here on the garbage of all jobs would make the young generation grow. */
const manyJobs = 1000;

/** Gives whether the job was skipped. */
async function perform(run: JobRun, job: Job, meter: TransferMeter): Promise<boolean> {
  const { output } = run.context;
  const { from, to } = job;
  const startedAtMs = performance.now();
  try {
    const done = await job.perform({
      report: (loadedBytes) => meter.moved(to, loadedBytes),
      signal: run.signal,
    });
    if (done.skipped !== undefined) {
      meter.skipped(to);
      const why = done.skipped === 'same' ? t`the same is there already` : t`something is there already`;
      output.event('skipped', { from, to, reason: done.skipped });
      if (!output.json) output.detail(`${output.name(from)}: ${why}`);
      return true;
    }
    const sizeBytes = meter.finished(to);
    const { resumedBytes = 0, crc64, proven = true } = done;
    const seconds = (performance.now() - startedAtMs) / 1000;
    const facts = [
      sizeText(sizeBytes),
      // The speed of a small file says more about the way than about the width of it.
      ...(sizeBytes >= 1_048_576 ? [speedText((sizeBytes - resumedBytes) / seconds)] : []),
      ...(resumedBytes > 0 ? [t`${sizeText(resumedBytes)} were there already`] : []),
      ...(proven ? [] : [t`not proven: the service gave no CRC-64`]),
    ];
    output.event(
      run.event,
      { from, to, bytes: sizeBytes, resumedBytes, ...(crc64 === undefined ? {} : { crc64 }), proven },
      `${output.name(from)} -> ${output.name(to)}  ${facts.join(', ')}`,
    );
    return false;
  } catch (error) {
    meter.failed(to);
    if (isAbortedError(error) || run.signal.aborted) return false;
    const { message, status, code, requestId } = endingOf(error, run.context.about());
    run.tally.add(status);
    output.failed(message.startsWith(`${from}: `) ? message : `${output.name(from)}: ${message}`, {
      from,
      to,
      status,
      code,
      requestId,
    });
    return false;
  }
}

/** Says what jobs would do, for `--dry-run`. */
export function announce({ output }: Context, event: string, jobs: readonly Job[]): void {
  for (const { from, to, sizeBytes } of jobs)
    output.item(
      'planned',
      { action: event, from, to, ...(sizeBytes === undefined ? {} : { bytes: sizeBytes }) },
      t`would go: ${output.name(from)} -> ${output.name(to)}`,
    );
}

/** What a run that Ctrl-C has stopped ends with. */
export function endInterrupted(context: Context): void {
  context.output.failed(t`interrupted; the same command goes on where this one stopped`, {
    status: exitStatus.interrupted,
  });
  context.end(exitStatus.interrupted);
}

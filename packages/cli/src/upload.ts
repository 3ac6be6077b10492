/** Many files through the SDK: some at once, all of them in one progress. */
import { basename } from 'node:path';
import { isAbortedError } from '@sampan/protocol';
import type COS from '@sampan/sdk';
import { addressText } from './address.ts';
import { endingOf } from './failure.ts';
import type { Shipment } from './files.ts';
import { sizeText, speedText } from './format.ts';
import type { Output } from './output.ts';
import { transferMeter, type TransferMeter } from './transfer.ts';

export interface UploadRun {
  readonly cos: COS;
  readonly region: string;
  /** Named when nothing answers there. */
  readonly endpoint: string;
  readonly output: Output;
  readonly shipments: readonly Shipment[];
  /** Files under way at once. */
  readonly parallel: number;
  /** Sent with every file. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Says nothing of what goes well. */
  readonly quiet: boolean;
}

/** Uploads files and says what became of each; one that fails does not stop the others. Gives how many failed. */
export async function uploadAll(run: UploadRun): Promise<number> {
  const { output, shipments, quiet } = run;
  const meter = transferMeter(
    shipments.length === 1 ? basename(shipments[0]!.path) : undefined,
    shipments,
    quiet ? () => undefined : output.progress,
  );
  let failures = 0;
  const waiting = shipments.values();
  const lane = async (): Promise<void> => {
    for (const shipment of waiting) {
      if (run.signal.aborted) return;
      if (!(await upload(run, shipment, meter))) failures++;
    }
  };
  await Promise.all(Array.from({ length: run.parallel }, lane));
  output.endProgress();

  if (!run.signal.aborted && shipments.length > 1) {
    if (failures > 0) output.failed(`${failures} of ${shipments.length} files were not uploaded`);
    else if (!quiet) output.note(meter.summary());
  }
  return failures;
}

async function upload(
  run: UploadRun,
  { path, bucket, key }: Shipment,
  meter: TransferMeter,
): Promise<boolean> {
  const { cos, output } = run;
  const startedAtMs = performance.now();
  try {
    const { resumedBytes = 0 } = await cos.uploadFile({
      Bucket: bucket,
      Region: run.region,
      Key: key,
      FilePath: path,
      Headers: run.headers,
      // What an interrupted run has sent is what the next one goes on from.
      KeepParts: true,
      Signal: run.signal,
      onProgress: ({ loaded }) => meter.moved(key, loaded),
    });
    const sizeBytes = meter.finished(key);
    const seconds = (performance.now() - startedAtMs) / 1000;
    const facts = [
      sizeText(sizeBytes),
      // The speed of a small file says more about the way than about the width of it.
      ...(sizeBytes >= 1_048_576 ? [speedText((sizeBytes - resumedBytes) / seconds)] : []),
      ...(resumedBytes > 0 ? [`${sizeText(resumedBytes)} were there already`] : []),
    ];
    if (!run.quiet)
      output.result(
        `${output.name(path)} -> ${output.name(addressText({ bucket, key }))}  ${facts.join(', ')}`,
      );
    return true;
  } catch (error) {
    meter.failed(key);
    if (!isAbortedError(error))
      output.failed(`${output.name(path)}: ${endingOf(error, run.endpoint).message}`);
    return false;
  }
}

/** Starts `uploading.ts` as a process of its own and hears what it tells, for tests that kill it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { RunningService } from '../service.ts';

const program = fileURLToPath(new URL('uploading.ts', import.meta.url));

/** What the program tells at its end. */
export interface Told {
  readonly CRC64: string;
  readonly resumedBytes: number;
  readonly sentBytes: number;
}

export interface StartedUpload {
  /** Bytes that it last told as loaded. */
  readonly loadedBytes: number;
  /** Ends it at once, as a crash does. */
  kill(): void;
  /** Its result, or undefined when it did not come to one. */
  readonly ended: Promise<Told | undefined>;
}

/** Uploads `folder`'s file named `file`, with its records in the same folder, by the port that is given. */
export function startUpload(
  { secretId, secretKey, port }: Pick<RunningService, 'secretId' | 'secretKey' | 'port'>,
  folder: string,
  onLoaded: (upload: StartedUpload) => void = () => undefined,
): StartedUpload {
  const child = spawn(
    execPath,
    [
      ...['--conditions=@sampan/source', '--disable-warning=ExperimentalWarning', program],
      ...[`localhost:${port}`, secretId, secretKey, join(folder, 'file'), join(folder, 'records')],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let loadedBytes = 0;
  let rest = '';
  let told: Told | undefined;
  const upload: StartedUpload = {
    get loadedBytes() {
      return loadedBytes;
    },
    kill: () => void child.kill('SIGKILL'),
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve(told));
    }),
  };
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (/^\d+$/.test(line)) loadedBytes = Number(line);
      else if (line.startsWith('{')) told = JSON.parse(line) as Told;
    }
    onLoaded(upload);
  });
  return upload;
}

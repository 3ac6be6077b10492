/** What happened to each key, as its clients saw it, and the judgement of a checker in Go on it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { programOf } from '../../../packages/server/src/blobs/s3/testing/temporary-seaweed.ts';

const exec = promisify(execFile);

/** One request and what its client knows of it. Times are nanoseconds of one clock. */
export interface Event {
  readonly key: string;
  readonly client: number;
  /**
   * `put`, also by a copy or the completion of an upload; `create` only where nothing is; `append` at a position; `delete`;
   * `get`, whose value is what was read, empty for nothing.
   */
  readonly op: 'put' | 'create' | 'append' | 'delete' | 'get';
  readonly value: string;
  readonly bytes: number;
  readonly position: number;
  /** `refused`: answered that the condition did not hold. `unknown`: not answered, or with 5xx. */
  readonly outcome: 'ok' | 'refused' | 'unknown';
  readonly call: number;
  readonly return: number;
}

/** What the checker found. */
export interface Judgement {
  readonly events: number;
  readonly keys: number;
  /** Keys whose history no order of its requests explains. */
  readonly wrong: readonly string[];
  /** Keys that the checker gave up on. */
  readonly undecided: readonly string[];
}

const checker = programOf('linearizable');

/** Why a check is skipped, and how to have the checker. */
export const howToEnable =
  'skipped: the checker of histories is not built here; run `bash test/cluster/install.sh` (needs Go)';

/** Whether histories can be judged here. */
export function canJudge(): boolean {
  return checker !== undefined && existsSync(checker);
}

/** Writes a history to a file, and says whether it is linearizable, key by key. */
export async function judge(events: readonly Event[], file: string): Promise<Judgement> {
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const { stdout } = await exec(checker!, [file], { maxBuffer: 64 << 20 });
  return JSON.parse(stdout) as Judgement;
}

/**
 * Keeps every kind of error answer that a client of the tests received, in a file per process, for the check at the
 * end of the run.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pid } from 'node:process';
import { readLoose } from '@sampan/protocol';
import { runFolder } from '../run.ts';

/** One kind of error answer. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  /** Names of the elements of the document, in order. */
  readonly fields: readonly string[];
  /** Whether the ids in the document are those in the headers. Headers may leave before an error is known. */
  readonly sameIds: boolean;
}

/** What of an answer is looked at. */
interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

const folder = join(runFolder(), 'errors');
const seen = new Set<string>();

/** Records an answer if it is an error document of a kind that this process has not recorded yet. */
export function observe(received: Received): void {
  const answer = errorAnswer(received);
  if (!answer) return;
  const line = JSON.stringify(answer);
  if (seen.has(line)) return;
  seen.add(line);
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, `${pid}.jsonl`), `${line}\n`);
}

/** Takes an answer for what it is on the wire; undefined when it is no error document. */
export function errorAnswer({ status, headers, text }: Received): ErrorAnswer | undefined {
  const isError = /^\s*(<\?[^>]*>\s*)?<Error>/.test(text);
  if (headers['content-type'] !== 'application/xml' || !isError) return undefined;
  const document = readLoose(text.trim()).value as Record<string, string>;
  const requestIds = [document['RequestId'], headers['x-cos-request-id']];
  const traceIds = [document['TraceId'], headers['x-cos-trace-id']];
  return {
    status,
    code: document['Code'] ?? '',
    fields: Object.keys(document),
    sameIds: requestIds[0] === requestIds[1] && (status === 200 || traceIds[0] === traceIds[1]),
  };
}

/** The answers on a connection, read as far as error documents need it. */
export function observeRaw(bytes: string): void {
  for (const found of bytes.matchAll(
    /HTTP\/1\.1 (\d{3})[^\r]*\r\n([^]*?)\r\n\r\n([^]*?)(?=HTTP\/1\.1 \d{3}|$)/g,
  )) {
    const [, status = '', head = '', text = ''] = found;
    const headers = Object.fromEntries(
      head.split('\r\n').map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    observe({ status: Number(status), headers, text });
  }
}

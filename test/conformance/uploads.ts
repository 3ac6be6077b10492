/** Steps of a multipart upload, for tests. */
import type { TestAnswer, TestClient } from './client.ts';
import { documentHeaders, elements } from './documents.ts';

/** The smallest part that may have one after it. */
export const MiB = 1024 * 1024;

/** Starts an upload and gives its id. */
export async function startUpload(
  client: TestClient,
  key: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await client.send({ method: 'POST', key, query: { uploads: '' }, headers });
  const [uploadId] = elements(answer.text, 'UploadId');
  if (answer.status !== 200 || uploadId === undefined)
    throw new Error(`cannot start an upload: ${answer.status} ${answer.text}`);
  return uploadId;
}

/** Names a part that is to be sent. */
export interface TestPart {
  readonly key: string;
  readonly uploadId: string;
  readonly number: number;
}

/** Sends one part. */
export function sendPart(
  client: TestClient,
  { key, uploadId, number }: TestPart,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestAnswer> {
  const query = { partNumber: String(number), uploadId };
  return client.send({ method: 'PUT', key, query, body, headers });
}

/** Sends all parts, numbered from 1, and gives them as Complete wants them. */
export async function sendParts(
  client: TestClient,
  upload: Omit<TestPart, 'number'>,
  bodies: readonly (string | Uint8Array)[],
): Promise<ListedPart[]> {
  const answers = await Promise.all(
    bodies.map((body, index) => sendPart(client, { ...upload, number: index + 1 }, body)),
  );
  return answers.map((answer, index) => ({ number: index + 1, etag: answer.headers.etag ?? '' }));
}

/** A part as Complete lists it. */
export interface ListedPart {
  readonly number: number;
  readonly etag: string;
}

/** Completes an upload. */
export function completeUpload(
  client: TestClient,
  { key, uploadId }: Omit<TestPart, 'number'>,
  parts: readonly ListedPart[],
  headers: Readonly<Record<string, string>> = {},
): Promise<TestAnswer> {
  const listed = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`;
  return client.send({
    method: 'POST',
    key,
    query: { uploadId },
    body,
    headers: { ...documentHeaders(body), ...headers },
  });
}

/** Gives an upload up. */
export function abortUpload(client: TestClient, key: string, uploadId: string): Promise<TestAnswer> {
  return client.send({ method: 'DELETE', key, query: { uploadId } });
}

/** Clients that change and read a few keys at random, and note what they were answered. */
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { clientFor, type TestAnswer, type TestClient, type TestRequest } from '../../conformance/client.ts';
import type { RunningService } from '../../service.ts';
import type { Event } from './history.ts';
import { bodyOf, leastBytes, numbers, valueOf } from './values.ts';

/** What the clients leave behind. */
export interface Trail {
  readonly events: Event[];
  /** Answers that are wrong by themselves, without a look at other clients. */
  readonly wrong: string[];
  /** Answers by operation and status; 0: none came. */
  readonly answers: Map<string, number>;
  /** Versions that were acknowledged in the bucket that keeps all, and the write of each. */
  readonly versions: { readonly key: string; readonly versionId: string; readonly value: string }[];
}

export interface ClientsOptions {
  /** The service as the clients reach it. */
  readonly service: RunningService;
  readonly bucket: string;
  /** A bucket with versioning. */
  readonly kept: string;
  readonly clients: number;
  readonly seed: number;
  /** When the clients stop. */
  readonly untilMs: number;
  readonly trail: Trail;
}

/** Keys change with time, so that a history is short enough to be judged. */
const epochMs = 5_000;
const keysPerEpoch = 12;
const sources = 4;
const requestMs = 45_000;
const pauseAfterFailureMs = 50;

/** An empty trail. */
export function newTrail(): Trail {
  return { events: [], wrong: [], answers: new Map(), versions: [] };
}

/** Nanoseconds of the clock that all events are stamped with. */
const now = (): number => Math.round(performance.now() * 1e6);

let lastId = 0;
const newId = (): number => (lastId += 1);

/** Sends requests and notes their answers. */
class Recorder {
  readonly client: TestClient;
  readonly trail: Trail;
  readonly number: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(client: TestClient, trail: Trail, number: number) {
    this.client = client;
    this.trail = trail;
    this.number = number;
  }

  /** Undefined when no answer came. */
  async send(name: string, request: TestRequest): Promise<TestAnswer | undefined> {
    const answer = await this.client
      .send({ ...request, agent: this.#agent, signal: AbortSignal.timeout(requestMs) })
      .catch(() => undefined);
    // What takes long is 200 before it is known, and may end with an error in the document.
    const counted = `${name} ${answer?.status ?? 0}${answer?.status === 200 ? (answer.code ?? '') : ''}`;
    this.trail.answers.set(counted, (this.trail.answers.get(counted) ?? 0) + 1);
    return answer;
  }

  note(event: Omit<Event, 'client' | 'return'>): void {
    this.trail.events.push({ ...event, client: this.number, return: now() });
  }

  /** A change whose answer is one of the given statuses, or unknown. */
  async change(
    facts: Pick<Event, 'key' | 'op' | 'value' | 'bytes'> & { readonly position?: number },
    send: () => Promise<TestAnswer | undefined>,
    refusals: readonly number[] = [],
  ): Promise<TestAnswer | undefined> {
    const call = now();
    const answer = await send();
    const status = answer?.status ?? 0;
    const failed = status === 0 || status >= 500 || (status === 200 && answer?.code === 'InternalError');
    const done = status >= 200 && status < 300 && answer?.code === undefined;
    const refused = refusals.includes(status);
    if (!done && !refused && !failed)
      this.trail.wrong.push(`${facts.op} ${facts.key}: ${status} ${answer!.text.slice(0, 300)}`);
    const outcome = done ? 'ok' : refused ? 'refused' : 'unknown';
    this.note({ position: 0, ...facts, outcome, call });
    return answer;
  }

  async read(key: string): Promise<void> {
    const call = now();
    const answer = await this.send('get', { key });
    if (!answer || answer.status >= 500) return;
    const value = answer.status === 404 ? '' : answer.status === 200 ? valueOf(answer.body) : undefined;
    if (value === undefined || (answer.status === 200 && value === '')) {
      const start = answer.body.subarray(0, 32).toString('latin1');
      this.trail.wrong.push(`get ${key}: ${answer.status}, ${answer.body.length} bytes: ${start}`);
      return;
    }
    this.note({ key, op: 'get', value, bytes: 0, position: 0, outcome: 'ok', call });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Writes what copies are made from. */
export async function writeSources(service: RunningService, bucket: string): Promise<readonly number[]> {
  const client = clientFor(service, bucket);
  const ids = Array.from({ length: sources }, newId);
  for (const id of ids) {
    const { status } = await client.put(`source/${id}`, bodyOf(id, 100_000 + id));
    if (status !== 200) throw new Error(`a source was answered with ${status}`);
  }
  return ids;
}

/** Lets the clients work until it is time. */
export async function runClients(options: ClientsOptions, copied: readonly number[]): Promise<void> {
  const startMs = performance.now();
  const working = Array.from({ length: options.clients }, async (_, number) => {
    const random = numbers(options.seed * 1000 + number);
    const recorder = new Recorder(clientFor(options.service, options.bucket), options.trail, number);
    while (performance.now() < options.untilMs) {
      const epoch = Math.floor((performance.now() - startMs) / epochMs);
      const failed = await oneOperation(recorder, { ...options, random, epoch, copied });
      if (failed) await new Promise((resolve) => setTimeout(resolve, pauseAfterFailureMs));
    }
    recorder.close();
  });
  await Promise.all(working);
}

interface Doing {
  readonly service: RunningService;
  readonly bucket: string;
  readonly kept: string;
  readonly random: () => number;
  readonly epoch: number;
  readonly copied: readonly number[];
}

/** One change or read. Gives whether the service did not carry it out. */
async function oneOperation(recorder: Recorder, doing: Doing): Promise<boolean> {
  const { random, epoch } = doing;
  const number = Math.floor(random() * keysPerEpoch);
  const key = `e${epoch}/k${number}`;
  const choice = random();
  // Two of three sizes stay within the database, the others are blobs.
  const bytes = leastBytes + Math.floor(random() < 0.67 ? random() * 3000 : 40_000 + random() * 200_000);
  const id = newId();
  const facts = { key, value: String(id), bytes };
  let answer: TestAnswer | undefined;
  if (choice < 0.3) {
    await recorder.read(key);
    return false;
  } else if (choice < 0.5) {
    answer = await recorder.change({ ...facts, op: 'put' }, () =>
      recorder.send('put', { method: 'PUT', key, body: bodyOf(id, bytes) }),
    );
  } else if (choice < 0.6) {
    answer = await recorder.change({ ...facts, op: 'delete', value: '', bytes: 0 }, () =>
      recorder.send('delete', { method: 'DELETE', key }),
    );
  } else if (choice < 0.7) {
    const headers = { 'x-cos-forbid-overwrite': 'true' };
    answer = await recorder.change(
      { ...facts, op: 'create' },
      () => recorder.send('create', { method: 'PUT', key, headers, body: bodyOf(id, bytes) }),
      [409],
    );
  } else if (choice < 0.85) {
    answer = await append(recorder, {
      key: `e${epoch}/a${number % 4}`,
      id,
      bytes: leastBytes + (bytes % 2000),
    });
  } else if (choice < 0.91) {
    answer = await copy(recorder, key, doing);
  } else if (choice < 0.94) {
    answer = await inParts(recorder, key, id);
  } else {
    answer = await keep(recorder, doing, id, bytes);
  }
  return !answer || answer.status >= 500;
}

/** Appends where the object is believed to end, which another client may have changed meanwhile. */
async function append(
  recorder: Recorder,
  { key, id, bytes }: { readonly key: string; readonly id: number; readonly bytes: number },
): Promise<TestAnswer | undefined> {
  const before = await recorder.send('head', { method: 'HEAD', key });
  if (!before || (before.status !== 200 && before.status !== 404)) return before;
  const position = before.status === 404 ? 0 : Number(before.headers['content-length']);
  return recorder.change(
    { key, op: 'append', value: String(id), bytes, position },
    () =>
      recorder.send('append', {
        method: 'POST',
        key,
        query: { append: '', position: String(position) },
        body: bodyOf(id, bytes),
      }),
    [409],
  );
}

async function copy(
  recorder: Recorder,
  key: string,
  { service, bucket, random, copied }: Doing,
): Promise<TestAnswer | undefined> {
  const source = copied[Math.floor(random() * copied.length)]!;
  const from = `${bucket}.cos.${service.region}.myqcloud.com/source/${source}`;
  return recorder.change({ key, op: 'put', value: String(source), bytes: 100_000 + source }, () =>
    recorder.send('copy', { method: 'PUT', key, headers: { 'x-cos-copy-source': from } }),
  );
}

const partBytes = 1 << 20;

/** An upload in three parts; it becomes visible by its completion. */
async function inParts(recorder: Recorder, key: string, id: number): Promise<TestAnswer | undefined> {
  const begun = await recorder.send('begin', { method: 'POST', key, query: { uploads: '' } });
  if (begun?.status !== 200) return begun;
  const uploadId = String(begun.xml()['UploadId']);
  const body = bodyOf(id, 2 * partBytes + 1000 + (id % 1000));
  const etags: string[] = [];
  for (let number = 1; number <= 3; number += 1) {
    const query = { partNumber: String(number), uploadId };
    const part = body.subarray((number - 1) * partBytes, number * partBytes);
    const sent = await recorder.send('part', { method: 'PUT', key, query, body: part });
    if (sent?.status !== 200) return sent;
    etags.push(sent.headers.etag ?? '');
  }
  const listed = etags.map((etag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
  const document = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`;
  const headers = {
    'content-md5': createHash('md5').update(document).digest('base64'),
    'content-type': 'application/xml',
  };
  return recorder.change({ key, op: 'put', value: String(id), bytes: body.length }, () =>
    recorder.send('complete', { method: 'POST', key, query: { uploadId }, headers, body: document }),
  );
}

/** A version of a key that is shared by all clients. */
async function keep(
  recorder: Recorder,
  { kept, random }: Doing,
  id: number,
  bytes: number,
): Promise<TestAnswer | undefined> {
  const key = `v${Math.floor(random() * 4)}`;
  const request = { method: 'PUT', bucket: kept, key, body: bodyOf(id, bytes) };
  const answer = await recorder.send('keep', request);
  const versionId = answer?.headers['x-cos-version-id'];
  if (answer?.status === 200)
    recorder.trail.versions.push({ key, versionId: String(versionId), value: String(id) });
  return answer;
}

/** Reads every key and every kept version once more, through one process. */
export async function readAll(
  { bucket, kept, trail }: Pick<ClientsOptions, 'bucket' | 'kept' | 'trail'>,
  process: RunningService,
  number: number,
): Promise<void> {
  const recorder = new Recorder(clientFor(process, bucket), trail, number);
  for (const key of new Set(trail.events.map((event) => event.key))) {
    const before = trail.events.length;
    await recorder.read(key);
    if (trail.events.length === before) trail.wrong.push(`get ${key}: no answer after all was calm`);
  }
  for (const { key, versionId, value } of trail.versions) {
    const got = await recorder.send('version', { bucket: kept, key, query: { versionId } });
    const found = got?.status === 200 ? valueOf(got.body) : undefined;
    if (found !== value)
      trail.wrong.push(`version ${key} ${versionId}: ${got?.status ?? 0} ${found ?? ''}, wanted ${value}`);
  }
  recorder.close();
}

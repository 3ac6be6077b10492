/**
 * Mixed changes over HTTP with a model of what they leave: each worker has keys of its own, so that what follows what is
 * known. A change whose answer was lost may have happened or not; everything else is certain.
 */
import { createHash } from 'node:crypto';
import { documentHeaders } from './documents.ts';
import type { TestAnswer, TestClient, TestRequest } from './client.ts';

/** What a key may hold: absent is `undefined`. One member when that is certain. */
type Possible = readonly (Buffer | undefined)[];

/** Numbers below `end` that follow from a seed. */
export function seeded(seed: string): (end: number) => number {
  let state = 0;
  return (end) => {
    const digest = createHash('sha1').update(`${seed}:${state++}`).digest();
    return Math.floor((digest.readUInt32BE() / 2 ** 32) * end);
  };
}

class LostAnswer extends Error {}

const keysPerWorker = 8;
const partBytes = 1024 * 1024;

/** The keys of one worker, and what they may hold. */
export class MixedWorker {
  readonly #client: TestClient;
  readonly #versioned: TestClient;
  readonly #random: (end: number) => number;
  readonly #keys: readonly string[];
  readonly #possible = new Map<string, Possible>();
  /** Versions that were answered, by id, of keys in the bucket with versions. */
  readonly #versions = new Map<
    string,
    { readonly key: string; readonly body: Buffer; isMaybeGone: boolean }
  >();
  readonly #appendable = new Set<string>();

  constructor(name: string, clients: { client: TestClient; versioned: TestClient }, seed: string) {
    this.#client = clients.client;
    this.#versioned = clients.versioned;
    this.#random = seeded(`${seed} ${name}`);
    this.#keys = Array.from({ length: keysPerWorker }, (_, at) => `${name}/${at}`);
    for (const key of this.#keys) this.#possible.set(key, [undefined]);
  }

  /** Makes changes until one is not answered. */
  async run(answered: () => void): Promise<void> {
    const changes = [
      () => this.#put(this.#random(40) * 100),
      () => this.#put(100_000 + this.#random(100_000)),
      () => this.#append(),
      () => this.#multipart(),
      () => this.#copy(),
      () => this.#delete(),
      () => this.#deleteMany(),
      () => this.#putVersion(),
      () => this.#putVersion(),
      () => this.#deleteVersion(),
    ];
    for (;;) {
      try {
        await changes[this.#random(changes.length)]!();
      } catch (error) {
        if (error instanceof LostAnswer) return;
        throw error;
      }
      answered();
    }
  }

  /** Compares the service with the model, which is certain afterwards. Gives what is wrong. */
  async check(): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const [key, possible] of this.#possible) {
      const { status, body } = await looked(this.#client, { key });
      const found = status === 200 ? body : undefined;
      if ((status !== 200 && status !== 404) || !possible.some((one) => isSame(one, found)))
        wrong.push(`${key}: ${status} with ${body.length} bytes, ${possible.length} possible`);
      this.#possible.set(key, [found]);
      if (!found) this.#appendable.delete(key);
    }
    for (const [versionId, version] of this.#versions) {
      const { status, body } = await looked(this.#versioned, { key: version.key, query: { versionId } });
      if (status === 404 && version.isMaybeGone) this.#versions.delete(versionId);
      else if (status !== 200 || !body.equals(version.body))
        wrong.push(`${version.key} ${versionId}: ${status} with ${body.length} bytes`);
      version.isMaybeGone = false;
    }
    return wrong;
  }

  /** Keys that hold something. Certain after a check. */
  present(): string[] {
    return this.#keys.filter((key) => this.#possible.get(key)?.[0] !== undefined);
  }

  async #put(sizeBytes: number): Promise<void> {
    const key = this.#anyKey();
    const body = this.#body(sizeBytes);
    this.#appendable.delete(key);
    await this.#change([[key, body]], this.#client.put(key, body));
  }

  async #append(): Promise<void> {
    const key = this.#anyKey();
    const known = this.#possible.get(key) ?? [];
    const [before] = known;
    if (known.length !== 1 || (before && !this.#appendable.has(key))) return;
    const added = this.#body(1 + this.#random(60_000));
    const query = { append: '', position: String(before?.length ?? 0) };
    this.#appendable.add(key);
    const after = Buffer.concat([before ?? Buffer.alloc(0), added]);
    await this.#change([[key, after]], this.#client.send({ method: 'POST', key, query, body: added }));
  }

  async #multipart(): Promise<void> {
    const key = this.#anyKey();
    const started = await this.#sure(this.#client.send({ method: 'POST', key, query: { uploads: '' } }));
    const uploadId = /<UploadId>([^<]+)/.exec(started.text)?.[1] ?? '';
    const parts = [this.#body(partBytes), this.#body(1 + this.#random(50_000))];
    const listed: string[] = [];
    for (const [at, body] of parts.entries()) {
      const query = { partNumber: String(at + 1), uploadId };
      const { headers } = await this.#sure(this.#client.send({ method: 'PUT', key, query, body }));
      listed.push(`<Part><PartNumber>${at + 1}</PartNumber><ETag>${headers.etag}</ETag></Part>`);
    }
    if (this.#random(4) === 0) {
      await this.#sure(this.#client.send({ method: 'DELETE', key, query: { uploadId } }));
      return;
    }
    const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`;
    this.#appendable.delete(key);
    await this.#change(
      [[key, Buffer.concat(parts)]],
      this.#client.send({ method: 'POST', key, query: { uploadId }, body, headers: documentHeaders(body) }),
    );
  }

  async #copy(): Promise<void> {
    const [from, to] = [this.#anyKey(), this.#anyKey()];
    const [source, ...others] = this.#possible.get(from) ?? [];
    if (!source || others.length > 0 || from === to) return;
    const { bucket, service } = this.#client;
    const name = `${bucket}.cos.${service.region}.myqcloud.com/${from}`;
    this.#appendable.delete(to);
    await this.#change([[to, source]], this.#client.put(to, '', { 'x-cos-copy-source': name }));
  }

  async #delete(): Promise<void> {
    const key = this.#anyKey();
    await this.#change([[key, undefined]], this.#client.delete(key));
  }

  async #deleteMany(): Promise<void> {
    const keys = [...new Set([this.#anyKey(), this.#anyKey(), this.#anyKey()])];
    const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;
    const request = { method: 'POST', query: { delete: '' }, body, headers: documentHeaders(body) };
    await this.#change(
      keys.map((key) => [key, undefined] as const),
      this.#client.send(request),
    );
  }

  async #putVersion(): Promise<void> {
    const key = this.#anyKey();
    const body = this.#body(this.#random(3) === 0 ? 80_000 : 500);
    const { headers } = await this.#sure(this.#versioned.put(key, body));
    this.#versions.set(String(headers['x-cos-version-id']), { key, body, isMaybeGone: false });
  }

  async #deleteVersion(): Promise<void> {
    const all = [...this.#versions];
    const [versionId, version] = all[this.#random(all.length)] ?? [];
    if (versionId === undefined || !version) return;
    version.isMaybeGone = true;
    await this.#sure(this.#versioned.delete(version.key, { versionId }));
    this.#versions.delete(versionId);
  }

  #anyKey(): string {
    return this.#keys[this.#random(this.#keys.length)]!;
  }

  #body(sizeBytes: number): Buffer {
    return Buffer.alloc(
      sizeBytes,
      createHash('md5')
        .update(String(this.#random(2 ** 32)))
        .digest(),
    );
  }

  /** An answer that is a success, or nothing at all. A refusal is a mistake of this model. */
  async #sure(answer: Promise<TestAnswer>): Promise<TestAnswer> {
    const got = await answer.catch(() => undefined);
    if (!got || got.status >= 500) throw new LostAnswer();
    if (got.status >= 300) throw new Error(`answered ${got.status}: ${got.text}`);
    return got;
  }

  async #change(
    changes: readonly (readonly [string, Buffer | undefined])[],
    answer: Promise<TestAnswer>,
  ): Promise<void> {
    const before = new Map(changes.map(([key]) => [key, this.#possible.get(key) ?? []]));
    for (const [key, body] of changes) this.#possible.set(key, [...before.get(key)!, body]);
    await this.#sure(answer);
    for (const [key, body] of changes) this.#possible.set(key, [body]);
  }
}

/** A kept connection may be one to the process that was ended, which shows when it is used. */
function looked(client: TestClient, request: TestRequest): Promise<TestAnswer> {
  return client.send(request).catch(() => client.send(request));
}

function isSame(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one && other ? one.equals(other) : one === other;
}

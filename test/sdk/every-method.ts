/* eslint-disable @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- results and methods are those of SDKs without types */
/** Makes all calls of the table in a host, and keeps what each gave and what it sent. */
import { readLoose } from '@sampan/protocol';
import type { RunningService } from '../service.ts';
import { methodCalls, type MethodCall } from './method-calls.ts';
import { normal } from './normal.ts';
import type { Recorded, Recorder } from './recorder.ts';
import type { Scenario } from './scenarios.ts';
import type { Plain, Reply } from './stage.ts';
import type { Theatre } from './theatre.ts';

/** What came of one call. */
export interface Made {
  readonly reply: Reply & { readonly value?: unknown; readonly isMissing?: boolean };
  readonly sent: readonly Recorded[];
}

/** The service as it is behind a recorder. */
export function behind(recorder: Recorder, service: RunningService): RunningService {
  const { url, port } = recorder;
  const { secretId, secretKey } = service;
  return { url, port, host: new URL(url).host, secretId, secretKey } as RunningService;
}

/** The name of a call in tests. */
export const nameOf = ({ method, form }: MethodCall): string =>
  form === undefined ? method : `${method}: ${form.trim()}`;

/** One call, carried into the host as the text of this function with the call as JSON in the prefix. */
const oneCall: Scenario = {
  name: 'one call',
  async run(stage) {
    const { method, style, args, params } = JSON.parse(stage.prefix) as Plain;
    if (typeof stage.cos[method] !== 'function') return { error: null, data: null, isMissing: true };
    if (style === 'direct') {
      try {
        const value = stage.cos[method](...args);
        return { error: null, data: null, value: value === undefined ? null : stage.plain(value) };
      } catch (error) {
        return { error: stage.plain(error), data: null };
      }
    }
    const picked = await stage.pick();
    const filled = (given: Plain): Plain => {
      const { $file, ...rest } = given;
      const found = picked.find(({ name }) => name === $file);
      return Object.assign(rest, found === undefined ? {} : found.source);
    };
    const { $files, ...one } = params as Plain;
    const ready = filled(one);
    if ($files !== undefined)
      ready['files'] = ($files as Plain[]).map((file) => Object.assign({}, stage.place, filled(file)));
    if (style === 'held')
      return stage.cos[method](Object.assign({}, stage.place, ready)).done.then((data: unknown) => ({
        error: null,
        data: stage.plain(data),
      }));
    if (style === 'stream')
      return new Promise((resolve) => {
        const stream = stage.cos[method](Object.assign({}, stage.place, ready));
        stream.on('error', (error: unknown) => resolve({ error: stage.plain(error), data: null }));
        stream.on('end', () => resolve({ error: null, data: {} }));
        stream.resume();
      });
    return style === 'promise' ? stage.promise(method, ready) : stage.call(method, ready);
  },
};

/** Makes the calls one after the other; files that are downloaded go into `folder`. */
export async function makeCalls(
  theatre: Theatre,
  recorder: Recorder,
  folder: string,
): Promise<Map<string, Made>> {
  const made = new Map<string, Made>();
  const kept: Record<string, string> = { folder };
  for (const call of methodCalls) {
    if (call.hosts && !call.hosts.includes(theatre.host)) continue;
    const text = JSON.stringify({ style: 'call', params: {}, ...call });
    const prefix = text.replace(/\$(UploadId|ETag|folder)\b/g, (_all, name: string) =>
      JSON.stringify(kept[name] ?? '').slice(1, -1),
    );
    const reply = (await theatre.run(oneCall, prefix)) as Made['reply'];
    for (const name of ['UploadId', 'ETag']) {
      const value: unknown = reply.data?.[name];
      if (typeof value === 'string') kept[name] = value;
    }
    made.set(nameOf(call), { reply, sent: recorder.take() });
  }
  return made;
}

/** What can be compared between hosts and runs: names of hosts, ids and times are replaced. */
export function comparable({ reply, sent }: Made): { readonly reply: unknown; readonly sent: unknown } {
  const text = JSON.stringify({ reply, sent: [...sent].sort(byPlace) })
    .replace(/https?:\/\/(?=[\w.-]+\.(myqcloud|localhost))/g, '')
    .replace(/localhost:\d+/g, 'myqcloud.com')
    .replace(/uploadId=[\w-]+/g, 'uploadId=…')
    .replace(/"(CreationDate|VersionId)":"[^"]*"/g, '"$1":"…"')
    .replace(/boundary=[\w-]+/g, 'boundary=…');
  const { reply: seen, sent: requests } = JSON.parse(text) as Plain;
  return {
    reply: withoutHeaders(normal(seen, 'no prefix of keys')),
    sent: normal(requests, 'no prefix of keys'),
  };
}

/** What was asked of the service, in the form in which two SDKs ask the same. */
export function wireOf(made: Made): unknown {
  const { sent } = comparable(made) as { readonly sent: readonly Recorded[] };
  return sent.map(({ method, path, query, body }) => ({
    method,
    path,
    query: query.map((pair) => pair.replace(/=$/, '')),
    // Order and white space of documents mean nothing.
    body: body.startsWith('<') ? elementsOf(body) : body,
  }));
}

function elementsOf(document: string): unknown {
  return sorted(readLoose(document.trim()));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}

function byPlace(a: Recorded, b: Recorded): number {
  const placeOf = ({ method, path, query }: Recorded): string => `${path} ${method} ${query.join()}`;
  return placeOf(a) < placeOf(b) ? -1 : 1;
}

/** Headers of answers are the service's, and pages see those that are exposed. */
function withoutHeaders(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHeaders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'headers')
      .map(([name, field]) => [name, withoutHeaders(field)]),
  );
}

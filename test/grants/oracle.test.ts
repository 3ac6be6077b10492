/**
 * A campaign against an oracle: generated requests are sent to a service of each mode, and each must be answered as the
 * oracle says. SAMPAN_TEST_GRANTS is the number of requests (20000 for the whole), SAMPAN_TEST_GRANTS_SEED the seed.
 */
import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { clientInNewBucket } from '../conformance/client.ts';
import { putDocument, setVersioning } from '../conformance/documents.ts';
import { serviceForTests, type RunningService } from '../service.ts';
import { accounts, keysAt, rootUin, strangerUin, uins, type Keys } from './accounts.ts';
import { formOf, hmac, keyTime, sha1 } from './form.ts';
import { addresses, deeds, identities, isAllowed, lists, policies, type Spec } from './oracle.ts';

const count = Number(process.env['SAMPAN_TEST_GRANTS'] ?? 1500);
const seed = Number(process.env['SAMPAN_TEST_GRANTS_SEED'] ?? Date.now() % 1_000_000);
const named = (uin: string, owner = rootUin) => ({ qcs: [`qcs::cam::uin/${owner}:uin/${uin}`] });
const stranger = named(strangerUin, strangerUin);
const puts = ['name/cos:PutObject'];
const statements: Readonly<Record<Spec['policy'], readonly object[]>> = {
  none: [],
  'anyone-reads': [{ effect: 'allow', principal: { qcs: ['*'] }, action: 'name/cos:GetObject' }],
  'deny-reader-get': [{ effect: 'deny', principal: named(uins.reader), action: 'name/cos:GetObject' }],
  'stranger-reads-current': [
    {
      effect: 'allow',
      principal: stranger,
      action: ['name/cos:GetObject', 'name/cos:PutObject'],
      condition: { string_equal: { 'cos:versionid': '' } },
    },
  ],
  'nobody-puts-privately': [
    {
      effect: 'allow',
      principal: named(uins.nobody),
      action: puts,
      condition: { string_equal: { 'cos:x-cos-acl': 'private' } },
    },
  ],
  'nobody-puts-unless-public': [
    { effect: 'allow', principal: named(uins.nobody), action: puts },
    {
      effect: 'deny',
      principal: named(uins.nobody),
      action: '*',
      condition: { string_equal: { 'cos:x-cos-acl': 'public-read' } },
    },
  ],
  'nobody-deletes-current': [
    {
      effect: 'allow',
      principal: named(uins.nobody),
      action: 'name/cos:DeleteObject',
      condition: { string_equal: { 'cos:versionid': '' } },
    },
  ],
  'stranger-lists': [{ effect: 'allow', principal: stranger, action: 'name/cos:GetBucket' }],
};

interface Stage {
  readonly keys: ReadonlyMap<string, Keys>;
  readonly service: RunningService;
  readonly buckets: ReadonlyMap<string, { readonly name: string; readonly old: string }>;
}

async function prepared(mode: Spec['mode']): Promise<Stage> {
  const flags = ['--signatures', mode, '--durability', 'relaxed'];
  const service = await serviceForTests({ name: `oracle-${mode}`, accounts, flags });
  const buckets = new Map<string, { name: string; old: string }>();
  for (const policy of policies)
    for (const list of lists) {
      const client = await clientInNewBucket(service, { 'x-cos-acl': list });
      await setVersioning(client, 'Enabled');
      const old = String((await client.put('doc', 'one')).headers['x-cos-version-id']);
      await client.put('doc', 'two');
      const statement = statements[policy].map((one) => ({ ...one, resource: '*' }));
      if (statement.length > 0) {
        const set = await putDocument(client, 'policy', JSON.stringify({ version: '2.0', statement }));
        if (set.status !== 204) throw new Error(`${policy}: ${set.text}`);
      }
      buckets.set(`${policy} ${list}`, { name: client.bucket, old });
    }
  return { service, buckets, keys: await keysAt(service) };
}

const stages = { cos: await prepared('cos'), strict: await prepared('strict') };
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** A generator of numbers below one (mulberry32). */
function random(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function specs(): Spec[] {
  const next = random(seed);
  const one = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
  // Most sign all, so that what policies say is reached often.
  const signs = () => next() < 0.8;
  return Array.from({ length: count }, () => ({
    mode: one(['cos', 'strict'] as const),
    who: one(identities),
    address: next() < 0.6 ? one(['virtual', 'path'] as const) : one(addresses),
    deed: one(deeds),
    policy: one(policies),
    list: next() < 0.6 ? 'private' : one(lists),
    signsHost: signs(),
    signsHeaders: signs(),
    signsQuery: signs(),
  }));
}

const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
interface Plan {
  readonly method: string;
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function planOf(
  spec: Spec,
  { name, old, keys }: { name: string; old: string; keys: Keys | undefined },
  at: number,
): Plan {
  const { deed } = spec;
  const plain = { method: 'PUT', key: `w/${at}`, query: {}, headers: {}, body: '' };
  const source = `${name}.cos.ap-guangzhou.myqcloud.com/doc`;
  const grant = { 'x-cos-grant-read': `id="${strangerUin}"` };
  const removal = (version: string) => {
    const body = `<Delete><Object><Key>gone-${at}</Key>${version}</Object></Delete>`;
    const md5 = createHash('md5').update(body).digest('base64');
    return { method: 'POST', key: '', query: { delete: '' }, headers: { 'content-md5': md5 }, body };
  };
  switch (deed) {
    case 'get':
      return { ...plain, method: 'GET', key: 'doc' };
    case 'get-version':
      return { ...plain, method: 'GET', key: 'doc', query: { versionId: old } };
    case 'put':
      return plain;
    case 'put-public':
      return { ...plain, headers: { 'x-cos-acl': 'public-read' } };
    case 'put-granted':
      return { ...plain, headers: grant };
    case 'put-private-granted':
      return { ...plain, headers: { 'x-cos-acl': 'private', ...grant } };
    case 'put-private':
      return { ...plain, headers: { 'x-cos-acl': 'private' } };
    case 'put-folder':
      return { ...plain, key: `f/${at}/` };
    case 'put-folder-public':
      return { ...plain, key: `f/${at}/`, headers: { 'x-cos-acl': 'public-read' } };
    case 'copy':
      return { ...plain, headers: { 'x-cos-copy-source': source } };
    case 'copy-version':
      return { ...plain, headers: { 'x-cos-copy-source': `${source}?versionId=${escaped(old)}` } };
    case 'delete-many':
      return removal('');
    case 'delete-many-version':
      return removal(`<VersionId>${old}</VersionId>`);
    case 'list':
      return { ...plain, method: 'GET', key: '', query: { prefix: 'x' } };
    case 'form':
    case 'form-public':
      return { ...plain, method: 'POST', key: '', ...formOf(spec, { bucket: name, key: plain.key, keys }) };
  }
}

/** Sends a request and says whether it was done. */
async function isDone(spec: Spec, at: number): Promise<{ done: boolean; seen: string }> {
  const { service, buckets, keys } = stages[spec.mode];
  const bucket = buckets.get(`${spec.policy} ${spec.list}`)!;
  const other = buckets.get('none public-read-write')!.name;
  const held = keys.get(spec.who);
  const { method, key, query, headers, body } = planOf(spec, { ...bucket, keys: held }, at);
  const inHost = (name: string) => `${name}.cos.ap-guangzhou.localhost:${service.port}`;
  const virtual = spec.address === 'virtual' || spec.address.startsWith('absolute');
  const host = virtual ? inHost(spec.address === 'absolute-other' ? other : bucket.name) : service.host;
  const path = virtual
    ? `/${key}`
    : `/${bucket.name}/${spec.address === 'short-of-other' ? `${other}/` : ''}${key}`;
  const signedPath =
    spec.address === 'short' ? `/${key}` : spec.address === 'short-of-other' ? `/${other}/${key}` : path;

  const all: Record<string, string> = { ...headers, host, 'content-length': String(body.length) };
  if (held && !spec.deed.startsWith('form')) {
    if (held.token !== undefined) all['x-cos-security-token'] = held.token;
    const signedHeaders = Object.keys(headers)
      .filter(() => spec.signsHeaders)
      .concat(spec.signsHost ? ['host'] : [])
      .sort();
    const signedQuery = spec.signsQuery
      ? Object.keys(query)
          .map((name) => name.toLowerCase())
          .sort()
      : [];
    const time = keyTime();
    const lower = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const joined = (names: readonly string[], from: Readonly<Record<string, string>>) =>
      names.map((name) => `${name}=${escaped(from[name] ?? '')}`).join('&');
    const text = `${method.toLowerCase()}\n${signedPath}\n${joined(signedQuery, lower)}\n${joined(signedHeaders, all)}\n`;
    const { id, secret } = held;
    const signature = hmac(hmac(secret, time), `sha1\n${time}\n${sha1(text)}\n`);
    all['authorization'] =
      `q-sign-algorithm=sha1&q-ak=${id}&q-sign-time=${time}&q-key-time=${time}&q-header-list=${signedHeaders.join(';')}&q-url-param-list=${signedQuery.join(';')}&q-signature=${signature}`;
  }
  const search = Object.entries(query).map(([name, value]) => `${name}=${escaped(value)}`);
  const origin = path + (search.length > 0 ? `?${search.join('&')}` : '');
  const target = spec.address.startsWith('absolute') ? `http://${inHost(bucket.name)}${origin}` : origin;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port: service.port, method, path: target, headers: all, agent, setHost: false },
      (answer) => {
        let got = '';
        answer.on('data', (chunk: Buffer) => (got += chunk.toString()));
        answer.on('error', reject);
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          resolve({ done: status < 300 && !got.includes('<Error>'), seen: `${status} ${got.slice(0, 200)}` });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

test(
  `the service allows what the oracle allows, and nothing else (${count} requests, seed ${seed})`,
  { timeout: 300_000 },
  async () => {
    const todo = specs();
    const differences: string[] = [];
    let allowed = 0;
    const seenAllowed = new Set<string>();
    let at = 0;
    const worker = async () => {
      while (at < todo.length) {
        const number = at++;
        const spec = todo[number]!;
        // A bucket that is its own other is no other; and an unsigned request was signed for no other bucket.
        if (/other/.test(spec.address) && spec.policy === 'none' && spec.list === 'public-read-write')
          continue;
        if (spec.address === 'short-of-other' && spec.who === 'anonymous') continue;
        // The signature of a form is over no path.
        if (spec.address.startsWith('short') && spec.deed.startsWith('form')) continue;
        const expected = isAllowed(spec);
        const { done, seen } = await isDone(spec, number);
        if (done) {
          allowed += 1;
          seenAllowed.add(spec.deed).add(spec.who);
        }
        if (done !== expected)
          differences.push(`${expected ? 'refused' : 'ALLOWED'} ${JSON.stringify(spec)} ${seen}`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    console.log(
      `grants: seed ${seed}, ${count} requests, ${allowed} allowed, ${differences.length} differences`,
    );

    expect(differences.slice(0, 5)).toEqual([]);
    expect(allowed).toBeGreaterThan(count / 10);
    // Each was allowed at times, so that its refusals mean something.
    expect([...deeds, ...identities].filter((name) => !seenAllowed.has(name))).toEqual([]);
  },
);

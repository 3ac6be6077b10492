/** Documents of a bucket that change how its objects are read. */
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { putDocument } from './documents.ts';

covers('putBucketReferer', 'putBucketWebsite', 'getObject');

const service = await serviceForTests({ name: 'referer-website' });

async function guarded(type: string, empty: string, ...domains: readonly string[]): Promise<TestClient> {
  const client = await clientInNewBucket(service, { 'x-cos-acl': 'public-read' });
  await client.put('k', 'x');
  const list = domains.map((domain) => `<Domain>${domain}</Domain>`).join('');
  const answer = await putDocument(
    client,
    'referer',
    `<RefererConfiguration><Status>Enabled</Status><RefererType>${type}</RefererType><DomainList>${list}</DomainList><EmptyReferConfiguration>${empty}</EmptyReferConfiguration></RefererConfiguration>`,
  );
  if (answer.status !== 200) throw new Error(answer.text);
  return client;
}

/** What a page gets that links to an object. */
function link(client: TestClient, referer?: string, method = 'GET'): Promise<TestAnswer> {
  return client.send({ method, key: 'k', sign: 'none', headers: referer === undefined ? {} : { referer } });
}

async function from(client: TestClient, referer?: string): Promise<number> {
  return (await link(client, referer)).status;
}

test('a white list lets in the pages that it names', async () => {
  const client = await guarded('White-List', 'Deny', '*.example.com', 'example.org:8080', 'site.net/ok');

  expect(await from(client, 'https://www.example.com/page?a=1')).toBe(200);
  expect(await from(client, 'https://example.com/')).toBe(403);
  expect(await from(client, 'https://example.com.evil.net/')).toBe(403);
  expect(await from(client, 'http://example.org:8080/')).toBe(200);
  expect(await from(client, 'http://example.org/')).toBe(403);
  expect(await from(client, 'http://site.net/ok/page')).toBe(200);
  expect(await from(client, 'http://site.net/other')).toBe(403);
  expect(await from(client)).toBe(403);
});

test('a black list keeps out the pages that it names', async () => {
  const client = await guarded('Black-List', 'Allow', 'evil.net');

  expect(await from(client, 'https://evil.net/page')).toBe(403);
  expect(await from(client, 'https://example.com/')).toBe(200);
  expect(await from(client)).toBe(200);
});

test('a refusal says why, and HEAD is refused as well', async () => {
  const client = await guarded('Black-List', 'Allow', 'evil.net');

  const answer = await link(client, 'http://evil.net/');
  const head = await link(client, 'http://evil.net/', 'HEAD');

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  expect(answer.text).toContain('You are denied by bucket referer rule');
  expect(head.status).toBe(403);
});

test('an entry is the beginning of an address', async () => {
  const client = await guarded('White-List', 'Deny', 'www.example.com');

  expect(await from(client, 'https://www.example.com.cn/page')).toBe(200);
  expect(await from(client, 'https://a.www.example.com/')).toBe(403);
});

test('a signature in header or address lets a request through, whatever page it comes from', async () => {
  const client = await guarded('White-List', 'Deny', 'example.com');
  const headers = { referer: 'http://evil.net/' };

  expect((await client.get('k', headers)).status).toBe(200);
  expect((await client.head('k', headers)).status).toBe(200);
  expect((await client.send({ key: 'k', sign: 'url', headers })).status).toBe(200);
});

test('an empty document removes the rules', async () => {
  const client = await guarded('White-List', 'Deny', 'example.com');

  const removed = await client.send({ method: 'PUT', query: { referer: '' }, body: '' });
  const read = await client.send({ query: { referer: '' } });

  expect(removed.status).toBe(200);
  expect([read.status, read.code]).toEqual([404, 'NoSuchRefererConfiguration']);
});

test('writing is not a matter of pages', async () => {
  const client = await guarded('White-List', 'Deny', 'example.com');

  expect((await client.put('k', 'y', { referer: 'http://evil.net/' })).status).toBe(200);
});

async function site(inner = ''): Promise<TestClient> {
  const client = await clientInNewBucket(service, { 'x-cos-acl': 'public-read' });
  for (const [key, body] of Object.entries({
    'index.html': 'home',
    'docs/index.html': 'docs',
    'page.html': 'page',
    'error.html': 'sorry',
    'new/a': 'moved here',
  }))
    await client.put(key, body, { 'content-type': 'text/html' });
  const document = `<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>${inner}</WebsiteConfiguration>`;
  const answer = await putDocument(client, 'website', document);
  if (answer.status !== 200) throw new Error(answer.text);
  return client;
}

function visit(client: TestClient, key: string, method = 'GET'): Promise<TestAnswer> {
  const host = `${client.bucket}.cos-website.${service.region}.localhost:${service.port}`;
  return client.send({ method, key, host, sign: 'none' });
}

test('a folder is answered with its index document', async () => {
  const client = await site();

  const root = await visit(client, '');
  const docs = await visit(client, 'docs/');
  const page = await visit(client, 'page.html');

  expect([root.text, docs.text, page.text]).toEqual(['home', 'docs', 'page']);
  expect(root.headers['content-type']).toBe('text/html');
});

test('the usual host knows no index documents', async () => {
  const client = await site();

  const answer = await client.send({ sign: 'none' });

  expect(answer.text).toContain('<ListBucketResult>');
});

test('an error is answered with the error document and its own status', async () => {
  const kept = await site('<ErrorDocument><Key>error.html</Key></ErrorDocument>');
  const hidden = await site(
    '<ErrorDocument><Key>error.html</Key><OriginalHttpStatus>Disabled</OriginalHttpStatus></ErrorDocument>',
  );
  const none = await site();

  const withStatus = await visit(kept, 'absent');
  const withoutStatus = await visit(hidden, 'absent');
  const plain = await visit(none, 'absent');

  expect([withStatus.status, withStatus.text]).toEqual([404, 'sorry']);
  expect([withoutStatus.status, withoutStatus.text]).toEqual([200, 'sorry']);
  expect([plain.status, plain.code]).toEqual([404, 'NoSuchKey']);
});

test('an error document that does not exist gives way to the error', async () => {
  const client = await site('<ErrorDocument><Key>no-such.html</Key></ErrorDocument>');

  const answer = await visit(client, 'absent');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchKey']);
});

test('the ending of a page may be left out where the document says so', async () => {
  const client = await site('<AutoAddressing><Status>Enabled</Status></AutoAddressing>');

  expect((await visit(client, 'page')).text).toBe('page');
  expect((await visit(client, 'absent')).status).toBe(404);
});

test('rules redirect by prefix and by status', async () => {
  const rule = (condition: string, redirect: string) =>
    `<RoutingRule><Condition>${condition}</Condition><Redirect>${redirect}</Redirect></RoutingRule>`;
  const client = await site(
    `<RoutingRules>${rule('<KeyPrefixEquals>old/</KeyPrefixEquals>', '<ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith>')}${rule('<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>', '<Protocol>https</Protocol><ReplaceKeyWith>index.html</ReplaceKeyWith>')}</RoutingRules>`,
  );

  const byPrefix = await visit(client, 'old/a');
  const byStatus = await visit(client, 'absent');

  expect(byPrefix.status).toBe(302);
  expect(byPrefix.headers['location']).toMatch(/^http:\/\/[^/]+\/new\/a$/);
  expect(byStatus.status).toBe(302);
  expect(byStatus.headers['location']).toMatch(/^https:\/\/[^/]+\/index\.html$/);
});

test('all requests can be sent to https', async () => {
  const client = await site('<RedirectAllRequestsTo><Protocol>https</Protocol></RedirectAllRequestsTo>');

  const answer = await visit(client, 'page.html');

  expect(answer.status).toBe(302);
  expect(answer.headers['location']).toMatch(/^https:\/\/[^/]+\/page\.html$/);
});

test('a website is for reading', async () => {
  const client = await site();

  const put = await visit(client, 'x', 'PUT');
  const head = await visit(client, '', 'HEAD');

  expect([put.status, put.code]).toEqual([405, 'MethodNotAllowed']);
  expect([head.status, head.headers['content-length']]).toEqual([200, '4']);
});

test('a bucket without a website has none', async () => {
  const client = await clientInNewBucket(service, { 'x-cos-acl': 'public-read' });

  const answer = await visit(client, '');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchWebsiteConfiguration']);
});

test('a private bucket has a private website', async () => {
  const client = await site();
  await client.send({ method: 'PUT', query: { acl: '' }, headers: { 'x-cos-acl': 'private' } });

  const answer = await visit(client, '');

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
});

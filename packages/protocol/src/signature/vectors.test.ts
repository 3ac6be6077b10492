// Published signatures: examples 1 to 3 are the vendor's (https://cloud.tencent.com/document/product/436/7778 and
// 436/14690), the fourth is in the tests of the official Go SDK. The keys are samples, not live.
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { base64Decode } from '../digest/text.ts';
import { decodePath } from '../text/percent.ts';
import { utf8Decode } from '../text/utf8.ts';
import { type Digests, pureDigests } from './digests.ts';
import { parseAuthorization } from './parse.ts';
import { policySignature, verifyPolicySignature } from './policy.ts';
import { sign, type SignOptions } from './sign.ts';
import { verifySignature } from './verify.ts';

const nodeDigests: Digests = {
  sha1Hex: (text) => createHash('sha1').update(text).digest('hex'),
  hmacSha1Hex: (key, text) => createHmac('sha1', key).update(text).digest('hex'),
};

const vendorKey = {
  secretId: 'AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q',
  secretKey: 'BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz',
};
const vendorHost = 'examplebucket-1250000000.cos.ap-beijing.myqcloud.com';
const vendorPath = decodePath('/exampleobject(%E8%85%BE%E8%AE%AF%E4%BA%91)');
const ownKey = {
  secretId: 'AKIDEXAMPLEexample0000000000000000001',
  secretKey: 'ExampleSecretKey0123456789abcdef',
};
const own = {
  ...ownKey,
  method: 'GET',
  path: '/x',
  query: [],
  headers: { host: 'demo-1250000000.cos.ap-guangzhou.myqcloud.com' },
  keyTime: { start: 1700000000, end: 1700000900 },
};
const ownHeaderLine = 'host=demo-1250000000.cos.ap-guangzhou.myqcloud.com';

interface Vector {
  readonly name: string;
  readonly options: SignOptions;
  readonly signature: string;
  readonly formatString?: string;
  readonly formatDigest?: string;
}

const vectors: readonly Vector[] = [
  {
    name: 'example 1, upload',
    options: {
      ...vendorKey,
      method: 'PUT',
      path: vendorPath,
      query: [],
      headers: {
        Date: 'Thu, 16 May 2019 06:45:51 GMT',
        Host: vendorHost,
        'Content-Type': 'text/plain',
        'Content-Length': '13',
        'Content-MD5': 'mQ/fVh815F3k6TAUm8m0eg==',
        'x-cos-acl': 'private',
        'x-cos-grant-read': 'uin="100000000011"',
      },
      keyTime: { start: 1557989151, end: 1557996351 },
      signedHeaders: () => true,
    },
    signature: '3b8851a11a569213c17ba8fa7dcf2abec6935172',
    formatDigest: '8b2751e77f43a0995d6e9eb9477f4b685cca4172',
  },
  {
    name: 'example 2, download with response overrides',
    options: {
      ...vendorKey,
      method: 'GET',
      path: vendorPath,
      query: [
        ['response-content-type', 'application/octet-stream'],
        ['response-cache-control', 'max-age=600'],
      ],
      headers: { Date: 'Thu, 16 May 2019 06:55:53 GMT', Host: vendorHost },
      keyTime: { start: 1557989753, end: 1557996953 },
      signedHeaders: ['date', 'host'],
    },
    signature: '01681b8c9d798a678e43b685a9f1bba0f6c0e012',
    formatDigest: '54ecfe22f59d3514fdc764b87a32d8133ea611e6',
  },
  {
    name: 'example 4, Go SDK',
    options: {
      secretId: 'AKIDEXAMPLE',
      secretKey: 'AKIDZfbOA78asKUYBcXFrJD0a1ICvR98JM',
      method: 'PUT',
      path: '/testfile2',
      query: [],
      headers: {
        Host: 'testbucket-125000000.cos.ap-guangzhou.myqcloud.com',
        'x-cos-content-sha1': 'db8ac1c259eb89d4a131b253bacfca5f319d54f2',
        // The misspelling is in the vector.
        'x-cos-stroage-class': 'nearline',
      },
      keyTime: { start: 1480932292, end: 1481012292 },
    },
    signature: 'ce4ac0ecbcdb30538b3fee0a97cc6389694ce53a',
  },
  {
    name: 'V1, list with characters that only the strict encoding escapes',
    options: {
      ...own,
      path: '/',
      query: [
        ['versions', ''],
        ['prefix', "a b/(c)*!'~"],
        ['delimiter', '/'],
        ['max-keys', '10'],
      ],
    },
    signature: '96f04720c3ea80eda602438275f64c7382da7db9',
    formatString: `get\n/\ndelimiter=%2F&max-keys=10&prefix=a%20b%2F%28c%29%2A%21%27~&versions=\n${ownHeaderLine}\n`,
  },
  {
    name: 'V2, decoded path',
    options: {
      ...own,
      path: decodePath('/dir/%C3%BC%20%2B%25.txt'),
      query: [['response-content-type', 'text/plain; charset=utf-8']],
    },
    signature: '949a0ee91cba54a3361704455c89904f465490e9',
    formatString: `get\n/dir/ü +%.txt\nresponse-content-type=text%2Fplain%3B%20charset%3Dutf-8\n${ownHeaderLine}\n`,
  },
  {
    name: 'V3, nothing signed',
    options: { ...own, method: 'PUT', path: '/empty', signedHeaders: [] },
    signature: 'e458f55a176a148f5c20d8cd8d2f783da8296e60',
    formatString: 'put\n/empty\n\n\n',
  },
  {
    name: 'V4, names in lower case',
    options: {
      ...own,
      method: 'PUT',
      query: [
        ['acl', ''],
        ['A b', '1'],
      ],
      headers: { Host: own.headers.host, 'X-Cos-Acl': 'private' },
    },
    signature: '27676de8fc309987475f42108a704bdce677eb02',
    formatString: `put\n/x\na%20b=1&acl=\n${ownHeaderLine}&x-cos-acl=private\n`,
  },
  {
    name: 'V5, token as a parameter',
    options: { ...own, query: [['x-cos-security-token', 'tok/en+=']] },
    signature: 'ba1f1a477e1ea73ae22397efbf364e52ef9edbe4',
    formatString: `get\n/x\nx-cos-security-token=tok%2Fen%2B%3D\n${ownHeaderLine}\n`,
  },
];

describe.each([
  { digests: pureDigests, from: 'plain JavaScript' },
  { digests: nodeDigests, from: 'the platform' },
])('with digests of $from', ({ digests }) => {
  test.each(vectors)('$name', ({ options, signature, formatString, formatDigest }) => {
    const signed = sign({ ...options, digests });

    expect(signed.signature).toBe(signature);
    expect(signed.formatString).toBe(formatString ?? signed.formatString);
    expect(digests.sha1Hex(signed.formatString)).toBe(formatDigest ?? digests.sha1Hex(signed.formatString));
    const parsed = parseAuthorization(signed.authorization);
    expect(parsed.ok && verifySignature(parsed.signature, options, options.secretKey, digests)).toEqual({
      ok: true,
    });
  });

  test('example 3, policy of a form', () => {
    const policy = utf8Decode(base64Decode(examplePolicy) ?? new Uint8Array());
    const keyTime = '1567150692;1567157892';
    const signature = '7758dc9a832e9d301dca704cacbf9d9f8172fdef';

    expect(digests.sha1Hex(policy)).toBe('d5d903b8360468bc81c1311f134989bc8c8b5b89');
    expect(policySignature(policy, keyTime, vendorKey.secretKey, digests)).toBe(signature);
    expect(verifyPolicySignature({ policy, keyTime, signature }, vendorKey.secretKey, digests)).toEqual({
      ok: true,
    });
  });
});

test('example 1 gives the published header', () => {
  expect(sign(vectors[0]!.options).authorization).toBe(
    'q-sign-algorithm=sha1&q-ak=AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q&q-sign-time=1557989151;1557996351' +
      '&q-key-time=1557989151;1557996351' +
      '&q-header-list=content-length;content-md5;content-type;date;host;x-cos-acl;x-cos-grant-read' +
      '&q-url-param-list=&q-signature=3b8851a11a569213c17ba8fa7dcf2abec6935172',
  );
});

test('the sign key of the vendor examples is reproduced', () => {
  expect(pureDigests.hmacSha1Hex(vendorKey.secretKey, '1557989151;1557996351')).toBe(
    'eb2519b498b02ac213cb1f3d1a3d27a3b3c9bc5f',
  );
  expect(pureDigests.hmacSha1Hex(vendorKey.secretKey, '1567150692;1567157892')).toBe(
    '39acc8c9f34ba5b19bce4e965b370cd3f62d2fba',
  );
  expect(pureDigests.hmacSha1Hex(ownKey.secretKey, '1700000000;1700000900')).toBe(
    'df953ee8aa435932c63fb2224677a5d55b0feb0c',
  );
});

// In base64, because its white space counts.
const examplePolicy =
  'ewogICAgImV4cGlyYXRpb24iOiAiMjAxOS0wOC0zMFQwOTozODoxMi40MTRaIiwKICAgICJjb25kaXRpb25zIjogWwogICAgICAg' +
  'IHsgImFjbCI6ICJkZWZhdWx0IiB9LAogICAgICAgIHsgImJ1Y2tldCI6ICJleGFtcGxlYnVja2V0LTEyNTAwMDAwMDAiIH0sCiAg' +
  'ICAgICAgWyAic3RhcnRzLXdpdGgiLCAiJGtleSIsICJmb2xkZXIvc3ViZm9sZGVyLyIgXSwKICAgICAgICBbICJzdGFydHMtd2l0' +
  'aCIsICIkQ29udGVudC1UeXBlIiwgImltYWdlLyIgXSwKICAgICAgICBbICJzdGFydHMtd2l0aCIsICIkc3VjY2Vzc19hY3Rpb25f' +
  'cmVkaXJlY3QiLCAiaHR0cHM6Ly9teS53ZWJzaXRlLyIgXSwKICAgICAgICBbICJlcSIsICIkeC1jb3Mtc2VydmVyLXNpZGUtZW5j' +
  'cnlwdGlvbiIsICJBRVMyNTYiIF0sCiAgICAgICAgeyAicS1zaWduLWFsZ29yaXRobSI6ICJzaGExIiB9LAogICAgICAgIHsgInEt' +
  'YWsiOiAiQUtJRFFqejNsdG9tcFZqQm5pNUxpdGtXSEZsRnB3a245VTVxIiB9LAogICAgICAgIHsgInEtc2lnbi10aW1lIjogIjE1' +
  'NjcxNTA2OTI7MTU2NzE1Nzg5MiIgfQogICAgXQp9';

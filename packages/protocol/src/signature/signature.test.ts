import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64Decode } from '../digest/text.ts';
import { utf8Decode } from '../text/utf8.ts';
import { encodeStrict } from '../text/percent.ts';
import type { Pairs, SignableRequest } from './canonical.ts';
import { type ParsedSignature, parseAuthorization, parseQuerySignature, type ParseResult } from './parse.ts';
import { pureDigests as pure } from './digests.ts';
import { signPolicy, verifyPolicySignature } from './policy.ts';
import { defaultSignedHeader, sign, signUrlQuery } from './sign.ts';
import { checkTimeWindow, equalInConstantTime, verifySignature } from './verify.ts';

const key = { secretId: 'AKIDEXAMPLE', secretKey: 'secret' };
const keyTime = { start: 1700000000, end: 1700000900 };
const request: SignableRequest = {
  method: 'PUT',
  path: '/dir/a b.txt',
  query: [
    ['partNumber', '1'],
    ['uploadId', 'u/1'],
  ],
  headers: {
    Host: 'demo-1250000000.cos.ap-guangzhou.myqcloud.com',
    'x-cos-acl': 'private',
    'content-length': '3',
  },
};

function parsed(result: ParseResult | undefined): ParsedSignature {
  if (result?.ok !== true) throw new Error(`no signature: ${result?.problem ?? 'not carried'}`);
  return result.signature;
}

const signed = parsed(parseAuthorization(sign({ ...key, ...request, keyTime }).authorization));
const accepts = (changed: Partial<SignableRequest>, by: ParsedSignature = signed) =>
  verifySignature(by, { ...request, ...changed }, key.secretKey).ok;

/** What a server sees of a query: encoded by the client, decoded once. */
function sent(pairs: Pairs): Pairs {
  const wire = pairs.map(([name, value]) => `${encodeStrict(name)}=${encodeStrict(value)}`).join('&');
  return wire.split('&').map((part) => part.split('=').map(decodeURIComponent) as [string, string]);
}

describe('a signed request', () => {
  test('verifies, whatever the case of header names and the order of parameters', () => {
    const headers = { HOST: request.headers['Host']!, 'X-COS-ACL': ' private ', 'Content-Length': '4' };

    expect(accepts({})).toBe(true);
    expect(accepts({ headers, query: [...request.query].reverse() })).toBe(true);
  });

  test('signs by default what nothing on the way changes', () => {
    expect(signed.headerList).toEqual(['host', 'x-cos-acl']);
    expect(signed.paramList).toEqual(['partnumber', 'uploadid']);
  });

  test.each<[string, Partial<SignableRequest>]>([
    ['method', { method: 'GET' }],
    ['path', { path: '/dir/a%20b.txt' }],
    ['case of the path', { path: '/dir/A b.txt' }],
    ['value of a parameter', { query: [['partNumber', '2'], request.query[1]!] }],
    ['missing parameter', { query: [request.query[0]!] }],
    ['second value of a signed parameter', { query: [...request.query, ['partNumber', '2']] }],
    ['second spelling of a signed parameter', { query: [...request.query, ['PARTNUMBER', '2']] }],
    ['value of a header', { headers: { ...request.headers, 'x-cos-acl': 'public-read' } }],
    ['missing header', { headers: { Host: request.headers['Host']! } }],
    ['host', { headers: { ...request.headers, Host: 'other-1250000000.cos.ap-guangzhou.myqcloud.com' } }],
  ])('is refused with another %s', (_, changed) => {
    expect(accepts(changed)).toBe(false);
  });

  test.each<[string, Partial<ParsedSignature>]>([
    ['key time', { keyTime: { ...keyTime, end: keyTime.end + 1 } }],
    [
      'pair of times',
      { keyTime: { ...keyTime, end: 9999999999 }, signTime: { ...keyTime, end: 9999999999 } },
    ],
    ['header list', { headerList: ['host'] }],
    ['longer header list', { headerList: ['content-length', 'host', 'x-cos-acl'] }],
    ['parameter list', { paramList: ['partnumber'] }],
    ['signature', { signature: signed.signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }],
    ['shorter signature', { signature: signed.signature.slice(0, -1) }],
    ['longer signature', { signature: signed.signature + '0' }],
    ['repeated signature', { signature: signed.signature + signed.signature }],
    ['empty signature', { signature: '' }],
  ])('is refused with another %s', (_, changed) => {
    expect(accepts({}, { ...signed, ...changed })).toBe(false);
  });

  test('is signed with its own secret and time, whichever others were signed before', () => {
    const later = { start: keyTime.end, end: keyTime.end + 900 };
    const kinds = [
      { ...key, keyTime },
      { ...key, keyTime: later },
      { ...key, secretKey: 'another', keyTime: later },
    ];
    const made = [...kinds, ...kinds].map((kind) => sign({ ...request, ...kind }).signature);

    expect(new Set(made).size).toBe(kinds.length);
    expect(made.slice(kinds.length)).toEqual(made.slice(0, kinds.length));
    expect(made[0]).toBe(signed.signature);
  });

  test('is refused with another secret, and the answer says what was signed', () => {
    expect(verifySignature(signed, request, 'other')).toEqual({
      ok: false,
      reason: 'mismatch',
      formatString:
        'put\n/dir/a b.txt\npartnumber=1&uploadid=u%2F1\nhost=demo-1250000000.cos.ap-guangzhou.myqcloud.com&x-cos-acl=private\n',
      stringToSign: expect.stringMatching(/^sha1\n1700000000;1700000900\n[0-9a-f]{40}\n$/) as string,
    });
  });

  test('does not cover what is not listed', () => {
    expect(accepts({ query: [...request.query, ['versionId', '1']] })).toBe(true);
  });

  test('may list a header that is empty', () => {
    const by = parsed(
      parseAuthorization(
        sign({ ...key, ...request, headers: { 'x-cos-meta-a': '' }, keyTime }).authorization,
      ),
    );

    expect(by.headerList).toEqual(['x-cos-meta-a']);
    expect(accepts({ headers: {} }, by)).toBe(true);
    expect(accepts({ headers: { 'x-cos-meta-a': '1' } }, by)).toBe(false);
  });

  test('verifies when a client sorted by raw names, as official SDKs do', () => {
    // Encoded, "a%c3%a9" comes before "ab"; raw, it comes after.
    const query: Pairs = [
      ['ab', '1'],
      ['a\u00e9', '2'],
    ];
    const format = 'get\n/\nab=1&a%c3%a9=2\n\n';
    const { hmacSha1Hex, sha1Hex } = pure;
    const text = `sha1\n1700000000;1700000900\n${sha1Hex(format)}\n`;
    const signature = hmacSha1Hex(hmacSha1Hex(key.secretKey, '1700000000;1700000900'), text);
    const by = { ...signed, headerList: [], paramList: ['a%c3%a9', 'ab'], signature };

    expect(accepts({ method: 'GET', path: '/', query }, by)).toBe(true);
  });

  test('verifies over the sign time or the key time when they differ', () => {
    const signTime = { start: 1700000100, end: 1700000200 };
    const format = 'get\n/\n\n\n';
    const signKey = pure.hmacSha1Hex(key.secretKey, '1700000000;1700000900');
    const over = (time: string) => pure.hmacSha1Hex(signKey, `sha1\n${time}\n${pure.sha1Hex(format)}\n`);
    const plain = { method: 'GET', path: '/', query: [], headers: {} };
    const by = { ...signed, signTime, headerList: [], paramList: [] };

    expect(accepts(plain, { ...by, signature: over('1700000100;1700000200') })).toBe(true);
    expect(accepts(plain, { ...by, signature: over('1700000000;1700000900') })).toBe(true);
    expect(accepts(plain, { ...by, signature: over('1700000100;1700000900') })).toBe(false);
  });
});

describe('any request', () => {
  const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' });
  const value = fc.string({ maxLength: 20, unit: 'binary' });
  const any = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS'),
    path: value.map((text) => `/${text}`),
    query: fc.array(fc.tuple(name, value), { maxLength: 6 }),
    headers: fc.dictionary(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,12}$/), value, { maxKeys: 6 }),
  });

  test('verifies after it was signed in the header', () => {
    fc.assert(
      fc.property(any, fc.string(), (some, secretKey) => {
        const { authorization } = sign({ ...key, secretKey, ...some, keyTime, signedHeaders: () => true });
        expect(verifySignature(parsed(parseAuthorization(authorization)), some, secretKey)).toEqual({
          ok: true,
        });
      }),
    );
  });

  test('verifies after it was signed in the address', () => {
    fc.assert(
      fc.property(any, fc.option(value, { nil: undefined }), (some, token) => {
        fc.pre(some.query.every(([parameter]) => !/^(?:q-|x-cos-security-token$)/i.test(parameter)));
        const added = signUrlQuery({ ...key, ...some, keyTime, ...(token === undefined ? {} : { token }) });
        const query = sent([...some.query, ...added]);

        const by = parsed(parseQuerySignature(query));

        expect(by.token).toBe(token);
        expect(verifySignature(by, { ...some, query }, key.secretKey)).toEqual({ ok: true });
      }),
    );
  });
});

const s3 =
  'it is a signature of AWS S3, which is not understood here; sign as COS does (https://cloud.tencent.com/document/product/436/7778)';

describe('parseAuthorization', () => {
  const text = sign({ ...key, ...request, keyTime }).authorization;

  test('does not care for the order of the pairs, or for white space around them', () => {
    expect(parseAuthorization(` ${text.split('&').reverse().join('&')} `)).toEqual(parseAuthorization(text));
  });

  test('splits at the first equals sign', () => {
    expect(parsed(parseAuthorization(text.replace('AKIDEXAMPLE', 'AKID=='))).secretId).toBe('AKID==');
  });

  test('reads a token that came along', () => {
    expect(parsed(parseAuthorization(`${text}&x-cos-security-token=t=`)).token).toBe('t=');
  });

  test.each([
    ['', 'q-sign-algorithm is missing'],
    ['AWS4-HMAC-SHA256 Credential=x', s3],
    ['AWS AKIDEXAMPLE:c2lnbmF0dXJl', s3],
    ['AWS', 'q-sign-algorithm is missing'],
    [text.replace('=sha1', '=md5'), 'q-sign-algorithm must be sha1'],
    [text.replace('AKIDEXAMPLE', ''), 'q-ak is missing'],
    [text.replace(/&q-key-time=[^&]*/, ''), 'q-key-time is missing'],
    [text.replace(/&q-signature=.*/, ''), 'q-signature is missing'],
    [text.replace(/q-key-time=[^&]*/, 'q-key-time=1'), 'q-key-time must be <start>;<end> in seconds'],
    [text.replace(/q-sign-time=[^&]*/, 'q-sign-time=1;x'), 'q-sign-time must be <start>;<end> in seconds'],
    [`${text}&q-ak=OTHER`, 'q-ak is given twice'],
  ])('%j is malformed: %s', (malformed, problem) => {
    expect(parseAuthorization(malformed)).toEqual({ ok: false, problem });
  });
});

describe('parseQuerySignature', () => {
  test('sees no signature in an ordinary query', () => {
    expect(parseQuerySignature([['acl', '']])).toBeUndefined();
    expect(parseQuerySignature([['sign', '1']])).toBeUndefined();
  });

  test.each(['X-Amz-Signature', 'x-amz-algorithm', 'AWSAccessKeyId'])('says what %s is', (name) => {
    expect(parseQuerySignature([[name, 'x']])).toEqual({ ok: false, problem: s3 });
  });

  test('unpacks the merged form, with the token beside it', () => {
    const { authorization } = sign({ ...key, ...request, keyTime });
    const query: Pairs = [...request.query, ['sign', authorization], ['x-cos-security-token', 't']];

    expect(parseQuerySignature(sent(query))).toEqual({ ok: true, signature: { ...signed, token: 't' } });
  });

  test.each(['a%20b;c%2fd', 'a b;c/d', 'A%20B;C%2FD'])('takes the parameter list %j for the same', (list) => {
    const pairs: Pairs = [
      ['q-sign-algorithm', 'sha1'],
      ['q-ak', 'AKIDEXAMPLE'],
      ['q-key-time', '1;2'],
      ['q-url-param-list', list],
      ['q-signature', 'x'],
    ];

    expect(parsed(parseQuerySignature(pairs)).paramList).toEqual(['a%20b', 'c%2fd']);
  });

  test('does not sign what carries a signature', () => {
    const query: Pairs = [...request.query, ['q-ak', 'OLD'], ['q-signature', 'old']];

    expect(sign({ ...key, ...request, query, keyTime }).pairs[5]).toEqual([
      'q-url-param-list',
      'partnumber;uploadid',
    ]);
  });
});

describe('checkTimeWindow', () => {
  const window = { keyTime, signTime: keyTime };

  test.each([
    [1700000000 - 901, 'skewed'],
    [1700000000 - 900, 'ok'],
    [1700000000, 'ok'],
    [1700000900, 'ok'],
    [1700000901, 'expired'],
  ])('at %i is %s', (now, expected) => {
    expect(checkTimeWindow(window, now)).toBe(expected);
  });

  test('takes the narrower of two times', () => {
    const short = { start: 1700000100, end: 1700000200 };

    expect(checkTimeWindow({ keyTime, signTime: short }, 1700000201)).toBe('expired');
    expect(checkTimeWindow({ keyTime: short, signTime: keyTime }, 1700000201)).toBe('expired');
  });

  test('has no longest validity', () => {
    const years = { start: 0, end: 9999999999 };

    expect(checkTimeWindow({ keyTime: years, signTime: years }, 1700000000)).toBe('ok');
  });
});

test.each(['Host', 'x-cos-acl', 'X-Cos-Meta-A', 'x-ci-process', 'Content-MD5', 'Range', 'If-Match'])(
  '%s is signed by default',
  (name) => {
    expect(defaultSignedHeader(name)).toBe(true);
  },
);

test.each([
  'Content-Length',
  'Content-Type',
  'Cache-Control',
  'Expect',
  'Expires',
  'Origin',
  'Transfer-Encoding',
  'User-Agent',
  'Authorization',
  'x-custom',
])('%s is not signed by default', (name) => {
  expect(defaultSignedHeader(name)).toBe(false);
});

test('texts compare by content and length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }), (a, b) => {
      expect(equalInConstantTime(a, a)).toBe(true);
      expect(equalInConstantTime(a, b)).toBe(a === b);
      expect(equalInConstantTime(a, a + b)).toBe(b === '');
    }),
  );
});

describe('a signed form', () => {
  const fields = new Map(
    signPolicy({
      ...key,
      keyTime,
      token: 't',
      conditions: [{ bucket: 'demo-1250000000' }, ['starts-with', '$key', 'ü/']],
    }),
  );
  const form = {
    policy: utf8Decode(base64Decode(fields.get('policy')!)!),
    keyTime: fields.get('q-key-time')!,
    signature: fields.get('q-signature')!,
  };

  test('verifies, and its policy names the three things that COS compares', () => {
    expect(verifyPolicySignature(form, key.secretKey)).toEqual({ ok: true });
    expect(fields.get('x-cos-security-token')).toBe('t');
    expect(JSON.parse(form.policy)).toEqual({
      expiration: '2023-11-14T22:28:20.000Z',
      conditions: [
        { bucket: 'demo-1250000000' },
        ['starts-with', '$key', 'ü/'],
        { 'q-sign-algorithm': 'sha1' },
        { 'q-ak': 'AKIDEXAMPLE' },
        { 'q-sign-time': '1700000000;1700000900' },
      ],
    });
  });

  test.each([
    ['policy', { policy: form.policy.replace('demo', 'other') }],
    ['time', { keyTime: '1700000000;1700000901' }],
    ['signature', { signature: '0'.repeat(40) }],
  ])('is refused with another %s', (_, changed) => {
    expect(verifyPolicySignature({ ...form, ...changed }, key.secretKey)).toMatchObject({
      ok: false,
      reason: 'mismatch',
    });
  });

  test('is refused with another secret', () => {
    expect(verifyPolicySignature(form, 'other').ok).toBe(false);
  });
});

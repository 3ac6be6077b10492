import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketHost, fillDomain, parseCopySource, parseHost } from './address.ts';
import { decodePath, encodeKeyPath, encodeStrict } from '../text/percent.ts';
import { isUsageError } from '../errors.ts';
import { checkBucketName, checkKey, splitBucket } from './bucket-and-key.ts';

const bucket = 'demo-1250000000';
const inGuangzhou = { kind: 'bucket', bucket, region: 'ap-guangzhou' };

describe('parseHost', () => {
  test.each([
    ['demo-1250000000.cos.ap-guangzhou.myqcloud.com', inGuangzhou],
    ['Demo-1250000000.COS.ap-Guangzhou.myqcloud.com:443', inGuangzhou],
    ['demo-1250000000.cos.ap-guangzhou.myqcloud.com.', inGuangzhou],
    ['demo-1250000000.cos.ap-guangzhou.tencentcos.cn', inGuangzhou],
    ['demo-1250000000.cos-internal.ap-guangzhou.tencentcos.cn', inGuangzhou],
    ['demo-1250000000.cos-dualstack.ap-guangzhou.myqcloud.com', inGuangzhou],
    ['demo-1250000000.cosv6.ap-guangzhou.myqcloud.com', inGuangzhou],
    ['demo-1250000000.cos.ap-guangzhou.localhost:9000', inGuangzhou],
    ['demo-1250000000.cos.ap-guangzhou.127.0.0.1.nip.io', inGuangzhou],
    ['demo-1250000000.cos-website.ap-guangzhou.myqcloud.com', { ...inGuangzhou, website: true }],
    ['demo-1250000000.cos-website-internal.ap-guangzhou.tencentcos.cn', { ...inGuangzhou, website: true }],
    ['demo-1250000000.cos.accelerate.myqcloud.com', { kind: 'bucket', bucket, accelerate: true }],
    ['demo-1250000000.cos-internal.accelerate.tencentcos.cn', { kind: 'bucket', bucket, accelerate: true }],
    ['demo-1250000000.cn-south.myqcloud.com', { kind: 'bucket', bucket, region: 'cn-south' }],
    ['demo-1250000000.sg.myqcloud.com', { kind: 'bucket', bucket, region: 'sg' }],
    ['demo-1250000000.cos.yfb.myqcloud.com', { kind: 'bucket', bucket, region: 'yfb' }],
    ['cos.ap-guangzhou.myqcloud.com', { kind: 'service', region: 'ap-guangzhou' }],
    ['cos.ap-guangzhou.localhost:9000', { kind: 'service', region: 'ap-guangzhou' }],
    ['service.cos.myqcloud.com', { kind: 'service' }],
    ['service.cos.localhost:9000', { kind: 'service' }],
    ['service.cos.ap-guangzhou.localhost', { kind: 'service', region: 'ap-guangzhou' }],
  ])('reads %s', (host, expected) => {
    expect(parseHost(host)).toEqual(expected);
  });

  test.each([
    '',
    'localhost:9000',
    '127.0.0.1:9000',
    '[::1]:9000',
    'static.example.com',
    'cos.example.com',
    'a.cos.example.com',
    'myqcloud.com',
    'demo-1250000000.ap-guangzhou.myqcloud.com',
    'demo-1250000000.cn-south.example.com',
    'demo-1250000000.cos.ap-guangzhou',
    '.cos.ap-guangzhou.myqcloud.com',
    'cos.myqcloud.com',
  ])('does not take %j for a COS host', (host) => {
    expect(parseHost(host)).toBeUndefined();
  });

  test('takes further names of the service', () => {
    expect(parseHost('127.0.0.1:9000', { serviceHosts: ['127.0.0.1'] })).toEqual({ kind: 'service' });
  });

  test.each(['ap-guangzhou', 'cn-north', 'sg'])(
    'reads back the host that bucketHost builds in %s',
    (region) => {
      expect(parseHost(bucketHost(bucket, region))).toEqual({ kind: 'bucket', bucket, region });
    },
  );
});

describe('bucketHost', () => {
  test.each([
    ['ap-guangzhou', 'demo-1250000000.cos.ap-guangzhou.myqcloud.com'],
    ['accelerate', 'demo-1250000000.cos.accelerate.myqcloud.com'],
    ['cn-east', 'demo-1250000000.cn-east.myqcloud.com'],
  ])('in %s is %s', (region, host) => {
    expect(bucketHost(bucket, region)).toBe(host);
  });
});

test.each([
  ['{Bucket}.cos.{Region}.myqcloud.com', 'a-b-125.cos.ap-beijing.myqcloud.com'],
  ['https://{BucketName}-{AppId}.example.com/', 'https://a-b-125.example.com'],
  ['{{Bucket}}-{{AppId}}.{{Region}}.example.com', 'a-b-125.ap-beijing.example.com'],
  ['{bucket}.{REGION}', 'a-b-125.ap-beijing'],
  ['http://127.0.0.1:9000/x//', 'http://127.0.0.1:9000/x/'],
  ['{Other}', '{Other}'],
])('the domain template %s becomes %s', (template, domain) => {
  expect(fillDomain(template, { bucket: 'a-b-125', region: 'ap-beijing' })).toBe(domain);
});

describe('parseCopySource', () => {
  const source = { bucket, region: 'ap-guangzhou', key: 'dir/ü +%.txt' };
  const host = 'demo-1250000000.cos.ap-guangzhou.myqcloud.com';

  test.each([
    [`${host}/dir/%C3%BC%20%2B%25.txt`, source],
    [`${host}/dir%2F%C3%BC%20+%25.txt`, source],
    [`${host}/dir/ü +%25.txt`, source],
    [`${host}/dir/%C3%BC%20%2B%25.txt?versionId=MTg0%2B`, { ...source, versionId: 'MTg0+' }],
    [`${host}/dir/%C3%BC%20%2B%25.txt?versionId=`, source],
    [`${host}/a%3FversionId=1`, { ...source, key: 'a?versionId=1' }],
    [`${host}//a`, { ...source, key: '/a' }],
    ['demo-1250000000.cos.accelerate.myqcloud.com/a', { bucket, key: 'a' }],
  ])('reads %s', (text, expected) => {
    expect(parseCopySource(text)).toEqual(expected);
  });

  test.each([
    '',
    '/a',
    host,
    `${host}/`,
    `https://${host}/a`,
    'example.com/a',
    `${host}/%zz`,
    `${host}/%ff`,
    `${host}/a?versionId=%`,
  ])('refuses %j', (text) => {
    expect(parseCopySource(text)).toBeUndefined();
  });

  test('reads any key that encodeKeyPath wrote', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (key) => {
        expect(parseCopySource(`${host}/${encodeKeyPath(key)}`)?.key).toBe(key);
      }),
    );
  });
});

describe('percent-encoding', () => {
  test('leaves only unreserved characters, and writes the rest in upper case', () => {
    expect(encodeStrict("aZ09-_.~ !'()*/+?ü")).toBe('aZ09-_.~%20%21%27%28%29%2A%2F%2B%3F%C3%BC');
    expect(encodeStrict('\ud800')).toBe('%EF%BF%BD');
  });

  test('a path is decoded once and not normalised', () => {
    expect(decodePath('/a//./../b%252F%2fc+d')).toBe('/a//./../b%2F/c+d');
  });

  test.each(['/%', '/%a', '/%zz', '/%ff', '/%ed%a0%80', '/%c0%af'])('%s is refused', (path) => {
    expect(() => decodePath(path)).toThrow(expect.toSatisfy(isUsageError));
  });
});

describe('names', () => {
  test.each(['demo-1250000000', 'a-1', '0-1', 'a--b-125', '1-2-3'])('%s may be a bucket', (name) => {
    expect(checkBucketName(name)).toBeUndefined();
  });

  test.each([
    '',
    'demo',
    '-demo-125',
    'demo--125',
    'Demo-125',
    'de_mo-125',
    'de.mo-125',
    '-125',
    'demo-12a',
    'demo-125\n',
  ])('%j may not be a bucket', (name) => {
    expect(checkBucketName(name)?.code).toBe('InvalidBucketName');
  });

  test('the name of a bucket has at most 50 characters before the application number', () => {
    expect(checkBucketName('a'.repeat(50) + '-1250000000')).toBeUndefined();
    expect(checkBucketName('a'.repeat(51) + '-1250000000')?.code).toBe('BucketNameTooLong');
  });

  test('a bucket name splits at the last hyphen', () => {
    expect(splitBucket('my-demo-125')).toEqual({ shortName: 'my-demo', appId: '125' });
    expect(splitBucket('demo')).toBeUndefined();
  });

  test.each(['a', '/a', '\\a', 'dir/', 'a\u0017\u001c', 'ü'.repeat(425), '😀'])('%j may be a key', (key) => {
    expect(checkKey(key)).toBeUndefined();
  });

  test.each([
    ['', 'InvalidObjectName'],
    ['a'.repeat(851), 'KeyTooLong'],
    ['ü'.repeat(426), 'KeyTooLong'],
    ['a\u0018', 'InvalidObjectName'],
    ['a\u001b', 'InvalidObjectName'],
    ['\ud800', 'InvalidObjectName'],
  ])('%j may not be a key: %s', (key, code) => {
    expect(checkKey(key)?.code).toBe(code);
  });
});

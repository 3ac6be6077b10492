import { describe, expect, test } from 'vitest';
import {
  corsFor,
  corsHeaders,
  crossOrigin,
  permissiveCors,
  type CorsDocument,
  type CorsRule,
} from './cors.ts';

const rule = (over: Partial<CorsRule> = {}): CorsRule => ({
  AllowedOrigin: ['https://*.example.com'],
  AllowedMethod: ['PUT', 'GET'],
  AllowedHeader: ['X-Cos-Meta-A', 'content-type'],
  ExposeHeader: ['ETag', 'x-cos-request-id'],
  MaxAgeSeconds: 60,
  ...over,
});
const rules = (...list: CorsRule[]): CorsDocument => ({ CORSRule: list });
const ask = (origin = 'https://app.example.com', method = 'PUT', headers: string[] = []) => ({
  origin,
  method,
  headers,
});

test('a specific origin is named, with credentials and the whole of the rule', () => {
  expect(corsHeaders(rules(rule()), ask(undefined, 'PUT', ['content-type']))).toEqual({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'PUT,GET',
    'access-control-allow-headers': 'x-cos-meta-a,content-type',
    'access-control-expose-headers': 'ETag,x-cos-request-id',
    'access-control-max-age': '60',
    vary: 'Origin',
  });
});

test('any origin is answered with * and without credentials', () => {
  const headers = corsHeaders(
    rules(rule({ AllowedOrigin: ['*'], AllowedHeader: ['*'] })),
    ask(undefined, 'PUT', ['a', 'b']),
  );

  expect(headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'a,b',
  });
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
  expect(headers).not.toHaveProperty('vary');
});

test('ResponseVary tells caches that answers differ by origin', () => {
  const document = { ...rules(rule({ AllowedOrigin: ['*'] })), ResponseVary: true };

  expect(corsHeaders(document, ask())).toMatchObject({ vary: 'Origin' });
});

describe('a rule fits', () => {
  test.each([
    ['its origin', ask('https://app.example.com'), true],
    ['no other scheme', ask('http://app.example.com'), false],
    ['no other port', ask('https://app.example.com:8443'), false],
    ['no origin that only begins alike', ask('https://app.example.com.evil.org'), false],
    ['no method that it does not name', ask(undefined, 'DELETE'), false],
    ['headers in any case', ask(undefined, 'PUT', ['content-type', 'x-cos-meta-a']), true],
    ['no header that it does not name', ask(undefined, 'PUT', ['authorization']), false],
  ])('%s', (_name, request, fits) => {
    expect(corsHeaders(rules(rule()), request) !== undefined).toBe(fits);
  });

  test('and the first that does decides', () => {
    const document = rules(
      rule({ AllowedMethod: ['GET'], MaxAgeSeconds: 1 }),
      rule({ MaxAgeSeconds: 2 }),
      rule({ MaxAgeSeconds: 3 }),
    );

    expect(corsHeaders(document, ask())).toMatchObject({ 'access-control-max-age': '2' });
  });
});

test('the rules of a bucket come before the permissive ones', () => {
  const own = { CORSRule: [] };

  expect(corsFor(own, true)).toBe(own);
  expect(corsFor(undefined, true)).toBe(permissiveCors);
  expect(corsFor(undefined, false)).toBeUndefined();
});

test('a preflight speaks of the request to come, any other request of itself', () => {
  const headers = {
    origin: 'o',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'A, b,',
  };

  expect(crossOrigin(headers, 'OPTIONS')).toEqual({ origin: 'o', method: 'PUT', headers: ['a', 'b'] });
  expect(crossOrigin(headers, 'GET')).toEqual({ origin: 'o', method: 'GET', headers: [] });
  expect(crossOrigin({}, 'GET')).toBeUndefined();
});

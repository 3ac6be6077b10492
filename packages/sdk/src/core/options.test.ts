import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knownOptions, resolveOptions } from './options.ts';
import { hostDefaults } from '../testing/defaults.ts';

const resolve = (given: Record<string, unknown>) => resolveOptions(given, hostDefaults);

test.each([
  ['ChunkSize', 1024, 1_048_576],
  ['ChunkSize', '2097152', 2_097_152],
  ['FileParallelLimit', 0, 1],
  ['ChunkParallelLimit', 9999, 256],
  ['ChunkRetryTimes', -1, 0],
  ['MaxPartNumber', 5, 1024],
  ['MaxPartNumber', 20_000, 10_000],
  ['Timeout', -5, 0],
  ['ProgressInterval', undefined, 1000],
])('%s %s becomes %s', (name, given, wanted) => {
  expect(resolve({ [name]: given })[name]).toBe(wanted);
});

test.each([
  ['ForcePathStyle', true],
  ['Request', () => undefined],
  ['Timeout', 'soon'],
  ['SecretId', { a: 1 }],
  ['SecretKey', 'with space'],
  ['getAuthorization', 'not a function'],
  ['Protocol', 'ftp'],
  ['SimpleUploadMethod', 'sendObject'],
  ['Tunnel', 'an option of another host'],
])('%s %s is refused, naming it', (name, value) => {
  expect(() => resolve({ [name]: value })).toThrow(new RegExp(name));
});

test('the refusal of ForcePathStyle is the official one, because applications compare it', () => {
  expect(() => resolve({ ForcePathStyle: true })).toThrow(/^ForcePathStyle is not supported$/);
});

describe('an option that changes nothing', () => {
  const warnings = (given: Record<string, unknown>): string[] => {
    const texts: string[] = [];
    resolveOptions(given, { ...hostDefaults, warn: (text) => texts.push(text) });
    return texts;
  };

  test.each([
    ['BeaconReporter', {}, /BeaconReporter is ignored: .*telemetry/],
    ['ClsReporter', {}, /ClsReporter is ignored/],
    ['DeepTracker', true, /DeepTracker is ignored/],
    ['EnableLog', true, /EnableLog is ignored: .*before-send/],
    ['LogLevel', 'DEBUG', /LogLevel is ignored/],
    ['ClsLogger', {}, /ClsLogger is ignored/],
    ['KeepAlive', true, /KeepAlive is ignored: it is not an option on this host/],
    ['ChunkSzie', 5, /unknown option ChunkSzie; did you mean ChunkSize\?/],
    ['secretID', 'a', /unknown option secretID; did you mean SecretId\?/],
    ['FileParalelLimit', 5, /did you mean FileParallelLimit\?/],
    ['Colour', 'red', /unknown option Colour$/],
  ])('%s is named in one warning, and the instance works', (name, value, wanted) => {
    const first = warnings({ [name]: value });
    const second = warnings({ [name]: value });

    expect(first).toEqual([expect.stringMatching(wanted)]);
    expect(second).toEqual([]);
  });

  test('is not warned of where it is false or empty', () => {
    expect(warnings({ EnableTracker: false, LogExtras: null, ConfCwd: '' })).toEqual([]);
  });
});

test('a key with white space is not repeated in the refusal', () => {
  expect(() => resolve({ SecretKey: 'top secret' })).toThrow(/^(?!.*top).*$/);
});

test.each([
  ['http', 'http:'],
  ['HTTPS:', 'https:'],
  ['', 'https:'],
])('Protocol %s is %s', (given, wanted) => {
  expect(resolve({ Protocol: given }).Protocol).toBe(wanted);
});

test('other spellings of the keys are taken', () => {
  expect(resolve({ secretId: 'a', secretKey: 'b', XCosSecurityToken: 'c' })).toMatchObject({
    SecretId: 'a',
    SecretKey: 'b',
    SecurityToken: 'c',
  });
});

test('options that are false or empty are not refused', () => {
  expect(() =>
    resolve({ ForcePathStyle: false, BeaconReporter: null, ClsReporter: null, Proxy: '' }),
  ).not.toThrow();
});

test('the object that was given stays as it was', () => {
  const given = Object.freeze({ ChunkSize: 5, Domain: 'x' });

  expect(() => resolve(given)).not.toThrow();
});

test('every option of the official SDKs has a line in the guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/options.md'), 'utf8');
  const missing = knownOptions().filter((name) => !guide.includes(`\`${name}\``));

  expect(missing).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';

/**
 * The objects of mini program hosts, as their published typings have them, are what the SDK takes for a host. Baidu and
 * QQ publish none. WeChat's are checked beside the scenarios.
 */

const platforms = '../../../packages/sdk/src/platforms/mini';

const hosts = [
  { entry: 'alipay', name: 'my', typings: '@mini-types/alipay', type: 'My', from: 'hosts/alipay.ts' },
  { entry: 'douyin', name: 'tt', typings: '@douyin-microapp/typings', type: 'MiniHost', from: 'host.ts' },
  { entry: 'uni', name: 'uni', typings: '@dcloudio/types', type: 'MiniHost', from: 'host.ts' },
] as const;

describe.each(hosts)('$name', ({ entry, name, typings, type, from }) => {
  const program = (line: string): string => `/// <reference types="${typings}" />
import COS from '@sampan/sdk/${entry}';
import type { ${type} } from '${platforms}/${from}';
import type { MiniRequest } from '${platforms}/host.ts';
// Douyin's typings know no text as data of a request; the only one that is sent is the empty one.
type Bytes = Omit<MiniRequest, 'data'> & { data?: ArrayBuffer };
type Expected = ${name === 'tt' ? `Omit<${type}, 'request'> & { request(option: Bytes): ReturnType<${type}['request']> }` : type};
${line}
`;
  const lax = { types: [], exactOptionalPropertyTypes: true };

  test('is a host', () => {
    expect(compile(program(`export const host: Expected = ${name};`), lax)).toEqual([]);
  });

  test('is what the class takes', () => {
    const line = `export const cos = new COS({ SecretId: 'id', SecretKey: 'key', Host: ${name} });`;

    expect(compile(program(line), lax)).toEqual([]);
  });

  test('would not be one with another way to send requests', () => {
    const line = `export const host: Expected = { ...${name}, request: (url: string) => url };`;

    expect(compile(program(line), lax).length).toBe(1);
  });
});

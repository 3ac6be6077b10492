import { expect, test } from 'vitest';
import { targetOf } from './target.ts';

const read = (address: string) => {
  const { isSecure, host, hostname, port, path } = targetOf(address);
  return [isSecure, host, hostname, port, path];
};

test('an address is read into what connections ask for', () => {
  expect(read('https://b.cos.r.myqcloud.com/a%20b?uploads')).toEqual([
    true,
    'b.cos.r.myqcloud.com',
    'b.cos.r.myqcloud.com',
    443,
    '/a%20b?uploads',
  ]);
  expect(read('http://[::1]:8080/a')).toEqual([false, '[::1]:8080', '::1', 8080, '/a']);
  expect(read('http://c.example')).toEqual([false, 'c.example', 'c.example', 80, '/']);
});

test('a path is sent as it is signed, dots and all', () => {
  expect(targetOf('http://c.example/a/../b/./c//').path).toBe('/a/../b/./c//');
});

test('what cannot stand in a request line is encoded', () => {
  expect(targetOf('http://c.example/ä b#c').path).toBe('/%C3%A4%20b');
  expect(targetOf('http://c.example?a=/b').path).toBe('/?a=/b');
});

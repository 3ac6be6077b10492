import { expect, test } from 'vitest';
import { atHome } from './home.ts';

const words = ['up', '~\\photos', '~/a b', '~', '~other', 'a/~/b', '--data', '~\\data', 'cos://b-1/~/x'];

test('on Windows a word that begins with the home folder has its path', () => {
  expect(atHome(words, { home: 'C:\\Users\\mei', platform: 'win32' })).toEqual([
    'up',
    'C:\\Users\\mei\\photos',
    'C:\\Users\\mei\\a b',
    'C:\\Users\\mei',
    '~other',
    'a/~/b',
    '--data',
    'C:\\Users\\mei\\data',
    'cos://b-1/~/x',
  ]);
});

test('elsewhere the shell has done so, and what it left is meant', () => {
  expect(atHome(words, { home: '/home/mei', platform: 'linux' })).toEqual(words);
});

import { expect, test } from 'vitest';
import { createLog } from './log.ts';
import { lineForPeople, terminalSink } from './terminal-log.ts';

test('a request is one line with its status, method, path and what was moved', () => {
  const line = JSON.stringify({
    level: 30,
    time: Date.parse('2026-01-02T03:04:05'),
    requestId: 'Nj',
    method: 'PUT',
    path: '/photos-1250000000/a.jpg',
    status: 403,
    code: 'AccessDenied',
    ms: 1.6,
    receivedBytes: 7,
    sentBytes: 300,
  });

  expect(lineForPeople(line)).toBe(
    '03:04:05 403 PUT    /photos-1250000000/a.jpg AccessDenied (request id Nj)  2 ms, 7 B in, 300 B out',
  );
});

test('a failure shows where it came from, and a path cannot steer the terminal', () => {
  const shown: string[] = [];
  const log = createLog('info', terminalSink({ write: (text) => shown.push(text) }));

  log.trouble(new Error('no luck'), 'a thread has ended');
  log.event('started', { folder: 'a\u001b[2J' });

  expect(shown[0]).toMatch(/^\d\d:\d\d:\d\d error: a thread has ended\nError: no luck\n\s+at /);
  expect(shown[1]).toMatch(/^\d\d:\d\d:\d\d started folder=a\ufffd\[2J\n$/);
});

test('what is no JSON stays as it is', () => {
  expect(lineForPeople('plain\n')).toBe('plain');
});

test('colours show at a glance what went wrong, and what was moved stands back', () => {
  const line = (status: number) => JSON.stringify({ time: 0, method: 'GET', path: '/a  b', status, ms: 1 });

  expect([204, 304, 404, 500].map((status) => lineForPeople(line(status), true).slice(17, 27))).toEqual([
    '\u001b[32m204\u001b[',
    '\u001b[36m304\u001b[',
    '\u001b[33m404\u001b[',
    '\u001b[31m500\u001b[',
  ]);
  expect(lineForPeople(line(204), true)).toMatch(/ GET {4}\/a {2}b\u001b\[2m {2}1 ms, .*\u001b\[0m$/);
  expect(lineForPeople(line(204), true).replaceAll(/\u001b\[\d+m/g, '')).toBe(lineForPeople(line(204)));
});

test('why a request was refused is a line that says where there is more', () => {
  const why = { time: 0, requestId: 'Nj', cause: 'key-near', explanation: 'There is no object "a".' };

  expect(lineForPeople(JSON.stringify(why)).slice(8)).toBe(
    '     There is no object "a". More: sampan explain Nj',
  );
});

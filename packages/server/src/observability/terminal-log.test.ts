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
  const log = createLog(
    'info',
    terminalSink((text) => shown.push(text)),
  );

  log.trouble(new Error('no luck'), 'a thread has ended');
  log.event('started', { folder: 'a\u001b[2J' });

  expect(shown[0]).toMatch(/^\d\d:\d\d:\d\d error: a thread has ended\nError: no luck\n\s+at /);
  expect(shown[1]).toMatch(/^\d\d:\d\d:\d\d started folder=a\ufffd\[2J\n$/);
});

test('what is no JSON stays as it is', () => {
  expect(lineForPeople('plain\n')).toBe('plain');
});

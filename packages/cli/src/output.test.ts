import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from './output.ts';

function sink(isTTY: boolean) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return { text: () => written.join(''), stream: Object.assign(stream, { isTTY, columns: 80 }) };
}

function outputOn(terminal: { readonly stdout: boolean; readonly stderr: boolean }, env = {}) {
  const [stdout, stderr] = [sink(terminal.stdout), sink(terminal.stderr)];
  const time = { ms: 0 };
  const output = createOutput({
    command: 'sampan up',
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    now: () => time.ms,
  });
  return { output, stdout, stderr, time };
}

const progress = { name: 'a.bin', loadedBytes: 1, totalBytes: 2, bytesPerSecond: undefined };

test('results go to stdout, notes and failures to stderr', () => {
  const { output, stdout, stderr } = outputOn({ stdout: false, stderr: false });

  output.result('a result');
  output.note('a note');
  output.failed('a failure');

  expect(stdout.text()).toBe('a result\n');
  expect(stderr.text()).toBe('a note\nsampan up: a failure\n');
});

test('a terminal gets a bar that lines are printed above', () => {
  const { output, stdout, stderr } = outputOn({ stdout: true, stderr: true }, { LANG: 'C.UTF-8' });

  output.progress(progress);
  output.result('done');
  output.endProgress();

  const bar = stderr.text().split('\r\x1b[K')[1];
  expect(bar).toContain('━');
  expect(stderr.text()).toBe(`\r\x1b[K${bar}\r\x1b[K\r\x1b[K${bar}\r\x1b[K`);
  expect(stdout.text()).toBe('done\n');
});

test('the bar is drawn ten times a second at most', () => {
  const { output, stderr, time } = outputOn({ stdout: true, stderr: true });

  for (time.ms = 0; time.ms < 1000; time.ms += 10) output.progress(progress);

  expect(stderr.text().split('\r')).toHaveLength(11);
});

test('without a terminal there is a plain line every five seconds, and none for what is quick', () => {
  const { output, stderr, time } = outputOn({ stdout: false, stderr: false });

  for (time.ms = 0; time.ms < 11_000; time.ms += 100) output.progress(progress);
  output.endProgress();

  expect(stderr.text()).toBe('a.bin: 50 %  1 B of 2 B\n'.repeat(2));
});

test('a terminal without a UTF-8 locale gets plain characters, and a dumb one plain lines', () => {
  const plain = outputOn({ stdout: true, stderr: true }, { LANG: 'C' });
  const dumb = outputOn({ stdout: true, stderr: true }, { LANG: 'C.UTF-8', TERM: 'dumb' });

  plain.output.progress(progress);
  dumb.time.ms = 6000;
  dumb.output.progress(progress);

  expect(plain.stderr.text()).toContain('###');
  expect(dumb.stderr.text()).toBe('a.bin: 50 %  1 B of 2 B\n');
});

test('a name is made harmless for a terminal and left alone in a pipe', () => {
  expect(outputOn({ stdout: true, stderr: true }).output.name('a\x1b[2J')).toBe('a\ufffd[2J');
  expect(outputOn({ stdout: false, stderr: true }).output.name('a\x1b[2J')).toBe('a\x1b[2J');
});

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

  const [bar] = stderr.text().split('\r\x1b[J');
  expect(bar).toContain('━');
  expect(stderr.text()).toBe(`${bar}\r\x1b[J${bar}\r\x1b[J`);
  expect(stdout.text()).toBe('done\n');
});

test('the bar is drawn ten times a second at most', () => {
  const { output, stderr, time } = outputOn({ stdout: true, stderr: true });

  for (time.ms = 0; time.ms < 1000; time.ms += 10) output.progress(progress);

  expect(stderr.text().split('\r')).toHaveLength(10);
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

test('files under way have a line each above the total, and a narrow terminal gets the total alone', () => {
  const pieces = () => [
    { ...progress, name: 'one' },
    { ...progress, name: 'two' },
  ];
  const wide = outputOn({ stdout: true, stderr: true });
  const narrow = outputOn({ stdout: true, stderr: true });
  narrow.stderr.stream.columns = 40;

  wide.output.progress(progress, pieces);
  narrow.output.progress(progress, pieces);
  wide.output.endProgress();

  expect(wide.stderr.text()).toMatch(/^one .*\ntwo .*\n.*a\.bin .*\r\x1b\[2A\x1b\[J$/);
  expect(narrow.stderr.text()).not.toContain('\n');
});

test('colour is for terminals, and NO_COLOR and --no-color take it away', () => {
  const shown = (env: Readonly<Record<string, string>>, mode = {}) => {
    const { output, stderr } = outputOn({ stdout: true, stderr: true }, env);
    output.configure(mode);
    output.failed('no luck');
    return stderr.text();
  };

  expect(shown({})).toBe('\x1b[31msampan up\x1b[0m: no luck\n');
  expect(shown({ NO_COLOR: '1' })).toBe('sampan up: no luck\n');
  expect(shown({}, { color: false })).toBe('sampan up: no luck\n');
});

test('--json writes one object a line on stdout and no other text there', () => {
  const { output, stdout, time } = outputOn({ stdout: false, stderr: false });
  output.configure({ json: true });

  output.event('uploaded', { from: 'a' }, 'text');
  output.item('bucket', { bucket: 'b' }, 'text');
  output.failed('no luck', { status: 3 });
  time.ms = 2000;
  output.progress(progress);

  expect(
    stdout
      .text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { event: 'uploaded', from: 'a' },
    { event: 'bucket', bucket: 'b' },
    { event: 'failed', message: 'no luck', status: 3 },
    { event: 'progress', name: 'a.bin', loadedBytes: 1, totalBytes: 2 },
  ]);
});

test('quiet hides what goes well, not what was asked for nor what fails', () => {
  const { output, stdout, stderr } = outputOn({ stdout: false, stderr: false });
  output.configure({ quiet: true });

  output.event('uploaded', {}, 'uploaded');
  output.item('bucket', {}, 'a bucket');
  output.note('a note');
  output.failed('no luck');

  expect(stdout.text()).toBe('a bucket\n');
  expect(stderr.text()).toBe('sampan up: no luck\n');
});

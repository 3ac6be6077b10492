import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readForm } from './form.ts';

const type = 'multipart/form-data; boundary=limit';

function formBody(fields: Readonly<Record<string, string>>, file: Uint8Array, name: string): Buffer {
  const parts = Object.entries(fields).map(
    ([field, value]) => `--limit\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  const head = `--limit\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(parts.join('') + head), file, Buffer.from('\r\n--limit--\r\n')]);
}

/** A body in pieces of these sizes, over and over. */
async function* inPieces(body: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let piece = 0;
  for (let at = 0; at < body.length;) {
    const size = sizes[piece++ % sizes.length] ?? 1;
    yield body.subarray(at, at + size);
    at += size;
  }
}

const value = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('--limit'));

test.each(['constructor', '__proto__', 'tostring'])('takes a field named %s for what it is', async (name) => {
  const body = formBody(Object.fromEntries([[name, 'v']]), new Uint8Array([1]), 'n');

  const form = await readForm(inPieces(body, [9]), type);
  await form.file.all(10);

  expect(Object.entries(form.fields)).toEqual([[name, 'v']]);
});

test('gives fields and file however the body was cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), value, { maxKeys: 5 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
      async (given, file, sizes) => {
        const { file: _reserved, ...fields } = given;

        const form = await readForm(inPieces(formBody(fields, file, 'n.jpg'), sizes), type);
        const bytes = await form.file.all(10_000);
        await form.ended;

        expect(form.fields).toEqual(fields);
        expect(form.fileName).toBe('n.jpg');
        expect(Buffer.compare(bytes, file)).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('reads no further than the file is taken', async () => {
  let sentBytes = 0;
  const whole = formBody({ key: 'k' }, Buffer.alloc(8 * 1024 * 1024), 'n');
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of inPieces(whole, [64 * 1024])) {
      sentBytes += piece.length;
      yield piece;
    }
  }

  const form = await readForm(counted(), type);
  const bytes = form.file[Symbol.asyncIterator]();
  await bytes.next();
  await new Promise((resolve) => setImmediate(resolve));

  expect(sentBytes).toBeLessThan(1024 * 1024);
});

test('stops the sender when the file is given up', async () => {
  let stopped = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      yield formBody({ key: 'k' }, Buffer.alloc(0), 'n').subarray(0, -'\r\n--limit--\r\n'.length);
      for (;;) yield Buffer.alloc(64 * 1024);
    } finally {
      stopped = true;
    }
  }

  const form = await readForm(endless(), type);
  for await (const chunk of form.file) if (chunk.length > 0) break;

  await expect(form.ended).rejects.toThrow();
  await expect.poll(() => stopped).toBe(true);
});

test('an error of the sender is the error of the file', async () => {
  const cut = new Error('the connection was cut');
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield formBody({ key: 'k' }, Buffer.alloc(100_000), 'n').subarray(0, 50_000);
    throw cut;
  }

  const form = await readForm(broken(), type);

  await expect(form.file.all(1_000_000)).rejects.toBe(cut);
  await expect(form.ended).rejects.toBe(cut);
});

test('an error of the sender before the file is the error of the form', async () => {
  const cut = new Error('the connection was cut');
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('--limit\r\n');
    throw cut;
  }

  await expect(readForm(broken(), type)).rejects.toBe(cut);
});

test.each([
  ['a field that is too long', { policy: 'p'.repeat(70_000) }],
  ['too many fields', Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`f${index}`, '']))],
])('refuses %s', async (_what, fields) => {
  const reading = readForm(inPieces(formBody(fields, Buffer.from('x'), 'n'), [4096]), type);

  await expect(reading).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
});

test('a part named file is the file, also without a name of its own', async () => {
  const body = Buffer.from(
    '--limit\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--limit--\r\n',
  );

  const form = await readForm(inPieces(body, [7]), type);

  expect(Buffer.from(await form.file.all(100)).toString()).toBe('text');
  expect(form.fileName).toBe('');
});

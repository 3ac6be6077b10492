import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Text } from '../codec/text.ts';
import type { Xml } from '../codec/xml.ts';

// Shapes are opaque by design, so what they may hold is noted when they are built.
const shapeValues = vi.hoisted(() => new WeakMap<object, unknown>());
const textValues = vi.hoisted(() => new WeakMap<object, unknown>());

vi.mock('../codec/xml.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../codec/xml.ts')>();
  const { default: check } = await import('fast-check');
  const note = <S extends object>(shape: S, values: unknown): S => (shapeValues.set(shape, values), shape);
  const valuesOf = (shape: object) => shapeValues.get(shape) as fc.Arbitrary<unknown>;
  note(original.xmlText, check.string({ unit: 'binary' }).filter(original.isXmlText));
  note(original.xmlInteger, check.integer({ min: 0, max: 99_999_999_999_999 }));
  note(original.xmlBoolean, check.boolean());
  return {
    ...original,
    xmlOneOf: (...words: string[]) => note(original.xmlOneOf(...words), check.constantFrom(...words)),
    maybe: (shape: Xml<unknown>) =>
      note(original.maybe(shape), check.option(valuesOf(shape), { nil: undefined })),
    many: (shape: Xml<unknown>) => note(original.many(shape), check.array(valuesOf(shape), { maxLength: 4 })),
    interleaved: (shapes: Record<string, Xml<unknown>>) =>
      note(
        original.interleaved(shapes),
        check.array(
          check.oneof(
            ...Object.entries(shapes).map(([is, shape]) =>
              check.record({ is: check.constant(is), value: valuesOf(shape) }),
            ),
          ),
          { maxLength: 4 },
        ),
      ),
    element: (fields: Record<string, Xml<unknown>>, options?: object) =>
      note(
        original.element(fields, options),
        check
          .record(Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, valuesOf(shape)])))
          .map(present),
      ),
  };
});

vi.mock('../codec/text.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../codec/text.ts')>();
  const { default: check } = await import('fast-check');
  textValues.set(original.string, check.string({ unit: 'binary', minLength: 1 }));
  textValues.set(original.integer, check.maxSafeNat());
  textValues.set(original.boolean, check.boolean());
  const dates = check.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => new Date(seconds * 1000));
  textValues.set(original.httpDate, dates);
  textValues.set(original.conditionDate, dates);
  return {
    ...original,
    oneOf: (words: readonly string[], fault?: string) => {
      const codec = original.oneOf(words, fault);
      textValues.set(codec, check.constantFrom(...words));
      return codec;
    },
  };
});

const { decodeResponse, encodeRequest } = await import('../codec/http.ts');
const { decodeRequest, encodeResponse } = await import('../codec/http-service.ts');
const { isXmlText } = await import('../codec/xml.ts');
const { matchOperation } = await import('../codec/match.ts');
const { operations } = await import('./all.ts');
type Row = import('../codec/operation.ts').Operation;
type Side = Row['request'] | Row['response'];

const rows: [string, Row][] = Object.entries(operations);

describe.each(rows)('%s', (name, row) => {
  test('reads back every request that it writes', () => {
    fc.assert(
      fc.property(valuesOf(row.request), (values) => {
        const parts = encodeRequest<Uint8Array>(row, values);

        expect(decodeRequest(row, parts)).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  test('reads back every answer that it writes', () => {
    fc.assert(
      fc.property(valuesOf(row.response), (values) => {
        const answer = { statusCode: row.response.status, ...values };

        const parts = encodeResponse<Uint8Array>(row, answer);

        expect(decodeResponse(row, parts)).toEqual(answer);
      }),
      { numRuns: 60 },
    );
  });

  test('is the row that its own request is routed to', () => {
    fc.assert(
      fc.property(valuesOf(row.request), (values) => {
        const { query, headers } = encodeRequest(row, values);

        const match = matchOperation(operations, { method: row.method, target: row.target, query, headers });

        expect(match).toEqual({ kind: 'operation', name });
      }),
      { numRuns: 20 },
    );
  });

  test('cites its source', () => {
    expect(row.source).toMatch(/^https:\/\/cloud\.tencent\.com\/document\/product\/436\/\d+$/);
  });
});

/** Everything that one side of a row can carry. */
function valuesOf(side: Side): fc.Arbitrary<Record<string, unknown>> {
  const required = Object.entries(side.fields).map(([name, field]) => {
    const any = textValues.get(field.text as Text<unknown>) as fc.Arbitrary<unknown>;
    // A document may repeat a header, such as the version's id, and holds fewer characters.
    const values = field.prefix
      ? metadata
      : side.body.kind === 'xml'
        ? any.filter((value) => typeof value !== 'string' || isXmlText(value))
        : any;
    return [name, field.required ? values : fc.option(values, { nil: undefined })] as const;
  });
  const fields = fc.record(Object.fromEntries(required));
  return fc.tuple(fields, bodyValues(side.body)).map(([one, two]) => present({ ...one, ...two }));
}

const metadata = fc.dictionary(fc.stringMatching(/^[a-z0-9-]{1,12}$/), fc.string(), {
  minKeys: 1,
  maxKeys: 3,
});

function bodyValues(body: Side['body']): fc.Arbitrary<Record<string, unknown>> {
  if (body.kind === 'none') return fc.constant({});
  if (body.kind === 'text') return fc.string().map((value) => ({ [body.field]: value }));
  if (body.kind === 'answer')
    return fc.oneof(
      fc.constant({}),
      fc.json().map((Answer) => ({ Answer })),
    );
  if (body.kind !== 'xml') return fc.uint8Array({ maxLength: 32 }).map((bytes) => ({ Body: bytes }));
  const values = (shapeValues.get(body.shape as Xml<unknown>) as fc.Arbitrary<unknown>).map((value) =>
    typeof value === 'object' ? (value as Record<string, unknown>) : { [body.root]: value },
  );
  return body.optional ? fc.oneof(values, fc.constant({})) : values;
}

/** An absent value and an undefined one are the same on the wire. */
function present(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Statements of the shared logic in PostgreSQL's form, and driving that logic over one connection. */
import type { ClientBase, CustomTypesConfig } from 'pg';
import type { Query, Row, SqlValue, Step } from '../sql/statement.ts';

const byteaType = 17;
const integerTypes: ReadonlySet<number> = new Set([20, 21, 23, 1700]);

/** Integers stay within 2^53, as the statements say; everything else is text, apart from `bytea`. */
const types: CustomTypesConfig = {
  getTypeParser(type: number) {
    if (integerTypes.has(type)) return Number;
    if (type === byteaType) return hexBytes;
    return (text: string) => text;
  },
};

function hexBytes(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex');
}

interface Prepared {
  readonly name: string;
  readonly text: string;
  /** Columns that hold a key, by place; known from the first result on. */
  keys: readonly { readonly at: number; readonly name: string }[] | undefined;
}

const prepared = new Map<string, Prepared>();

/** Each text is planned once for each connection. */
function preparedFor({ text, answer }: Query): Prepared {
  const id = answer === 'id' ? `${text} RETURNING id` : text;
  let known = prepared.get(id);
  if (!known) {
    let place = 0;
    known = {
      name: `sampan${prepared.size}`,
      text: id.replace(/\?/g, () => `$${(place += 1)}`),
      keys: undefined,
    };
    prepared.set(id, known);
  }
  return known;
}

/**
 * Texts go as their bytes, which is right for `text` and for `bytea` alike: a key is a text to the logic and bytes to the
 * database, whose `text` cannot hold NUL.
 */
function bound(value: SqlValue): unknown {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  return value;
}

/** Runs one statement. */
export async function run(client: ClientBase, query: Query): Promise<readonly Row[]> {
  const statement = preparedFor(query);
  const { name, text } = statement;
  const asValues = query.answer === 'values';
  const result = await client.query<Record<string, unknown>>({
    name: asValues ? `${name}v` : name,
    text,
    values: query.values.map(bound),
    types,
    ...(asValues ? { rowMode: 'array' } : {}),
  });
  if (query.answer === 'changes') return [{ changes: result.rowCount ?? 0 }];
  statement.keys ??= result.fields.flatMap(({ name: column, dataTypeID }, at) =>
    dataTypeID === byteaType && column === 'key' ? [{ at, name: column }] : [],
  );
  for (const { at, name: column } of statement.keys)
    for (const row of result.rows) {
      const place = asValues ? at : column;
      const key = row[place];
      if (key instanceof Uint8Array) row[place] = Buffer.from(key).toString();
    }
  return (query.answer === 'rows' ? result.rows : result.rows.slice(0, 1)) as readonly Row[];
}

/** Runs logic to its result. */
export async function drive<Result>(client: ClientBase, step: Step<Result>): Promise<Result> {
  let state = step.next();
  while (!state.done) state = step.next(await run(client, state.value));
  return state.value;
}

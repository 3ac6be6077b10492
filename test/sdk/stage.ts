/**
 * What a scenario stands on. A scenario runs where its SDK runs: in a bare engine, in a page or here. It is carried
 * there as the text of a function, so it uses its stage and nothing from around it.
 */

/** A file of a test: made up from its size and seed, the same everywhere. */
export interface StageFile {
  readonly name: string;
  readonly size: number;
  readonly seed: number;
}

/** What a method called back with, as plain values. */
export interface Reply {
  /** Every own field of the error, and its `message`; null when there was none. */
  readonly error: Plain | null;
  readonly data: Plain | null;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- results differ from method to method
export type Plain = Record<string, any>;

/** A file as the user picks it, with what the host wants to hear of it: `FilePath`, or `Body`. */
export interface PickedFile {
  readonly name: string;
  readonly size: number;
  readonly source: Plain;
}

export interface Stage {
  /** The instance under test. */
  readonly cos: Plain;
  /** The class. */
  readonly COS: new (options: Plain) => Plain;
  /** Options that make a working instance. */
  readonly options: Plain;
  /** Bucket and Region. */
  readonly place: { readonly Bucket: string; readonly Region: string };
  /** Begins every key, so that runs do not meet. */
  readonly prefix: string;
  /** Lets the user pick the test's files. */
  pick(): Promise<PickedFile[]>;
  /** The content of a picked file, as the host's programs hold bytes. */
  contentOf(file: PickedFile): Promise<unknown>;
  /** Calls a method in callback style, Bucket and Region filled in. */
  call(method: string, params?: Plain): Promise<Reply>;
  /** Calls a method in promise style. */
  promise(method: string, params?: Plain): Promise<Reply>;
  /** As plain values: what an application sees of it. */
  plain(value: unknown): Plain;
  /** Waits until a condition holds. */
  until(holds: () => boolean): Promise<void>;
}

/** What the host brings to a stage. */
export interface StageHost {
  readonly COS: Stage['COS'];
  readonly options: Plain;
  readonly place: Stage['place'];
  readonly prefix: string;
  readonly pick: Stage['pick'];
  readonly contentOf: Stage['contentOf'];
}

/** Builds a stage. Carried into engines as text, so it is plain and uses nothing from around it. */
export function buildStage(host: StageHost): Stage {
  const cos = new host.COS(host.options);
  const plain = (value: unknown, depth = 0): unknown => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'function') return 'function';
    if (typeof value !== 'object') return value;
    if (depth > 6) return '…';
    if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
    const { byteLength } = value as { byteLength?: number };
    if (byteLength !== undefined) return `${byteLength} bytes`;
    const fields: Plain = {};
    const source = value as Plain;
    const names = Object.keys(source);
    if (value instanceof Error && names.indexOf('message') < 0) names.push('message');
    // Quirk: the official errors hold themselves.
    for (const name of names)
      fields[name] = source[name] === value ? 'itself' : plain(source[name], depth + 1);
    return fields;
  };
  const reply = (error: unknown, data: unknown): Reply => ({
    error: error === null || error === undefined ? null : (plain(error) as Plain),
    data: data === null || data === undefined ? null : (plain(data) as Plain),
  });
  const withPlace = (params: Plain): Plain => Object.assign({}, host.place, params);
  return {
    cos,
    COS: host.COS,
    options: host.options,
    place: host.place,
    prefix: host.prefix,
    pick: host.pick,
    contentOf: host.contentOf,
    call: (method, params = {}) =>
      new Promise((resolve) => {
        (cos[method] as (params: Plain, done: (error: unknown, data: unknown) => void) => void)(
          withPlace(params),
          (error, data) => resolve(reply(error, data)),
        );
      }),
    promise: (method, params = {}) =>
      (cos[method] as (params: Plain) => Promise<unknown>)(withPlace(params)).then(
        (data) => reply(null, data),
        (error: unknown) => reply(error, null),
      ),
    plain: (value) => plain(value) as Plain,
    until: (holds) =>
      new Promise((resolve, reject) => {
        let left = 2000;
        const look = (): void => {
          left -= 1;
          if (holds()) resolve();
          else if (left === 0) reject(new Error('what was waited for never came'));
          else setTimeout(look, 5);
        };
        look();
      }),
  };
}

/** Names of methods, as the declared class has them: tables by method are typed by it, so that no name is misspelt. */
import type { COS } from '../api/index.ts';

export type MethodName = keyof COS;

/** What a table holds of the methods that it names. */
export type ByMethod<Value> = { readonly [Name in MethodName]?: Value };

/** A method by what it is about: `BucketCors` for those that read, replace and remove that document. */
export type Subject = MethodName extends infer Name
  ? Name extends `${'get' | 'put' | 'post'}${infer Rest}`
    ? Rest
    : Name
  : never;

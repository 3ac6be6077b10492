/** Finds the operation that a request names: routing is by method, target and query flag, so there is no path router. */
import type { Operation, Target } from './operation.ts';

/** What routing looks at. Query names are as they arrived, header names lower case. */
export interface Route {
  readonly method: string;
  readonly target: Target;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Query names that select an operation and can never be a caller's own parameter. A request that carries one that no
 * row knows is refused: `DELETE /?unknown` must never delete a bucket.
 * Source: https://cloud.tencent.com/document/product/436/14518
 */
export const reservedQueryNames: ReadonlySet<string> = new Set([
  ...[
    'acl',
    'uploads',
    'policy',
    'cors',
    'delete',
    'versions',
    'location',
    'referer',
    'lifecycle',
    'versioning',
  ],
  ...[
    'notification',
    'replication',
    'website',
    'logging',
    'tagging',
    'accelerate',
    'domain',
    'inventory',
    'origin',
  ],
  ...[
    'object-lock',
    'live',
    'encryption',
    'intelligenttiering',
    'symlink',
    'strict-signature',
    'restore',
    'append',
  ],
  ...['uploadId', 'partNumber', 'torrent', 'select', 'bucketquota', 'asyncoperation'],
]);

export type Match<Name extends string> =
  | { readonly kind: 'operation'; readonly name: Name }
  | { readonly kind: 'not-implemented' }
  | { readonly kind: 'method-not-allowed' };

/** The row that fits a request most closely, or why none does. */
export function matchOperation<Name extends string>(
  rows: Readonly<Record<Name, Operation>>,
  route: Route,
): Match<Name> {
  let best: Name | undefined;
  let bestRank = -1;
  for (const name in rows) {
    const row = rows[name];
    if (row.method !== route.method || row.target !== route.target || !selects(row, route)) continue;
    const rank = (row.select?.query?.length ?? 0) * 2 + (row.select?.header === undefined ? 0 : 1);
    if (rank > bestRank) [best, bestRank] = [name, rank];
  }
  for (const name in route.query) {
    if (reservedQueryNames.has(name) && (best === undefined || !covers(rows[best], name)))
      return { kind: 'not-implemented' };
  }
  return best === undefined ? { kind: 'method-not-allowed' } : { kind: 'operation', name: best };
}

function selects({ select }: Operation, route: Route): boolean {
  if (select === undefined) return true;
  if (select.query) for (const name of select.query) if (!(name in route.query)) return false;
  return select.header === undefined || select.header in route.headers;
}

/** Whether a row accounts for a reserved name, as its selector or as one of its own parameters. */
function covers(row: Operation, flag: string): boolean {
  if (row.select?.query?.includes(flag)) return true;
  return Object.values(row.request.fields).some((field) => field.place === 'query' && field.name === flag);
}

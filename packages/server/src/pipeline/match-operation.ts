/** Which operation a request is for, by method, target, query and headers. */
import {
  fault,
  matchOperation,
  operations,
  type Operation,
  type OperationName,
  type Target,
} from '@sampan/protocol';
import type { Address } from '../http/request-address.ts';
import type { LocatedRequest } from './request-context.ts';

/** Throws `NotImplemented` or `MethodNotAllowed` when it is for none. */
export function operationOf({
  request,
  address,
}: Pick<LocatedRequest, 'request' | 'address'>): OperationName {
  const { method, headers } = request;
  // A preflight is about the request to come, so for every address it is one operation.
  if (method === 'OPTIONS') return 'optionsObject';
  const target: Target =
    address.kind === 'service' ? 'service' : address.key === undefined ? 'bucket' : 'object';
  const match = matchOperation(rowsFor(method, target), { method, target, query: namesOf(address), headers });
  if (match.kind === 'operation') return match.name;
  throw fault(match.kind === 'not-implemented' ? 'NotImplemented' : 'MethodNotAllowed');
}

/** The parameters by their name as it was spelled, which distinguishes operations. */
function namesOf({ query }: Address): Readonly<Record<string, string>> {
  return query.every(([name]) => name.startsWith('q-')) ? noNames : Object.fromEntries(query);
}

const noNames = {};

type Rows = Readonly<Record<OperationName, Operation>>;

const rowsByRoute = new Map<string, Rows>();
for (const [name, row] of Object.entries(operations)) {
  const route = `${row.method} ${row.target}`;
  rowsByRoute.set(route, { ...rowsByRoute.get(route), [name]: row } as Rows);
}

/** The few rows that a request can mean, so that not all of the table is looked through each time. */
function rowsFor(method: string, target: Target): Rows {
  return rowsByRoute.get(`${method} ${target}`) ?? noRows;
}

const noRows = {} as Rows;

/** Results made comparable: what differs from run to run is replaced by its name. */
import type { Plain } from './stage.ts';

const volatile =
  /^(RequestId|TraceId|UploadId|TaskId|LastModified|Initiated|speed|timeLeft|date|last-modified|x-cos-request-id|x-cos-trace-id|NextUploadIdMarker)$/;
/** Connections are the hosts' affair; a scenario is not about them. */
const dropped = /^(connection|keep-alive|transfer-encoding)$/;

/** Replaces what no two runs share; `prefix` is how keys of this run begin. */
export function normal(value: unknown, prefix: string): unknown {
  if (typeof value === 'string') return value.split(prefix).join('…/');
  if (Array.isArray(value)) return value.map((item) => normal(item, prefix));
  if (typeof value !== 'object' || value === null) return value;
  const fields: Plain = {};
  for (const [name, field] of Object.entries(value as Plain)) {
    if (dropped.test(name)) continue;
    fields[name] = volatile.test(name) && field !== null ? `a ${name}` : normal(field, prefix);
  }
  return fields;
}

/** One place where two results differ. */
export interface Difference {
  readonly path: string;
  readonly official: unknown;
  readonly ours: unknown;
}

/** Where two results differ, field by field; a field that only one has is `absent` in the other. */
export function differences(official: unknown, ours: unknown, path = ''): Difference[] {
  if (isTree(official) && isTree(ours)) {
    const names = [...new Set([...Object.keys(official), ...Object.keys(ours)])].sort();
    return names.flatMap((name) =>
      differences(
        name in official ? official[name] : 'absent',
        name in ours ? ours[name] : 'absent',
        path === '' ? name : `${path}.${name}`,
      ),
    );
  }
  return Object.is(official, ours) ? [] : [{ path, official, ours }];
}

function isTree(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null;
}

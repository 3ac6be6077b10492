/** `/-/requests`: what the service kept of the last requests, for who signs with the root key. */
import { ServiceError } from '@sampan/protocol';
import { readReservedAddress, type ServiceAddress } from '../http/request-address.ts';
import type { HttpRequest, ReservedRoute } from '../http/message.ts';
import { inLanguage, type Language, type RequestList } from '../inspect/entry.ts';
import { harOf } from '../inspect/har.ts';
import type { Inspection } from '../inspect/inspection.ts';
import { readListQuery, type ListQuery } from '../inspect/selection.ts';
import type { Clock } from '../runtime/clock.ts';
import { rootRoute, type RootCheck } from './root-route.ts';

export interface InspectOptions {
  /** Absent: it is off. */
  readonly inspection: Inspection | undefined;
  readonly rootCheck: RootCheck;
  readonly clock: Clock;
}

/** How often threads are asked for news while a reader waits. */
const lookEveryMs = 200;

/** The routes by their names. */
export function inspectRoutes(options: InspectOptions): Readonly<Record<string, ReservedRoute>> {
  return {
    requests: guarded(options, (inspection, address, { signal }) =>
      answerList(inspection, readListQuery(address.query), { clock: options.clock, signal }),
    ),
    'requests/': guarded(options, (inspection, _, { headers }, below) =>
      answerOne(inspection, below, languageOf(headers['accept-language'])),
    ),
  };
}

type Answer = (
  inspection: Inspection,
  address: ServiceAddress,
  request: HttpRequest,
  below: string,
) => Promise<object>;

function guarded({ inspection, rootCheck }: InspectOptions, answer: Answer): ReservedRoute {
  const known =
    inspection &&
    rootRoute(async (request, below) => {
      const headers = {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        vary: 'accept-language',
      };
      const found = await answer(inspection, readReservedAddress(request), request, below);
      return { status: 200, headers, body: JSON.stringify(found) };
    }, rootCheck);
  return async (request, below) => {
    if (request.method !== 'GET') return { status: 405, headers: { allow: 'GET' } };
    if (!known) throw off();
    return known(request, below);
  };
}

/** A code of its own: COS has no such path. */
function off(): ServiceError {
  return new ServiceError(
    { Code: 'InspectorOff', Message: 'The service keeps no requests. Start it with --inspect on.' },
    404,
  );
}

async function answerList(
  inspection: Inspection,
  { selection, after, waitMs, format }: ListQuery,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<object> {
  const untilMs = clock.nowMs() + waitMs;
  let list: RequestList = await inspection.list({ selection, after });
  while (list.requests.length === 0 && clock.nowMs() < untilMs && !signal.aborted) {
    await clock.sleep(lookEveryMs, signal);
    list = await inspection.list({ selection, after });
  }
  return format === 'har' ? harOf(list.requests) : list;
}

async function answerOne(inspection: Inspection, id: string, language: Language): Promise<object> {
  const found = await inspection.explained(decodedId(id));
  if (!found)
    throw new ServiceError(
      { Code: 'NoSuchRequest', Message: 'No request of this id is kept; the oldest ones go first.' },
      404,
    );
  return inLanguage(found, language);
}

function decodedId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The first of the two languages that a header names; English without one. */
function languageOf(header = ''): Language {
  return /^\s*zh\b/i.test(firstOf(header)) ? 'zh' : 'en';
}

function firstOf(header: string): string {
  const wanted = header
    .split(',')
    .map((part): { readonly tag: string; readonly weight: number } => {
      const [tag = '', ...parameters] = part.split(';');
      const weight = /^\s*q=([\d.]+)\s*$/.exec(parameters[0] ?? '')?.[1];
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ tag, weight }) => /^\s*(en|zh)\b/i.test(tag) && weight > 0);
  return wanted.toSorted((a, b) => b.weight - a.weight)[0]?.tag ?? '';
}

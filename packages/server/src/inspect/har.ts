/**
 * Requests as an HTTP archive, which developer tools of browsers open. Bodies and headers are not kept, so an archive has
 * none. Form: http://www.softwareishard.com/blog/har-12-spec/
 */
import type { RequestEntry } from './entry.ts';

/** An archive of requests, which are given newest first. */
export function harOf(entries: readonly RequestEntry[]): object {
  return {
    log: {
      version: '1.2',
      creator: { name: 'sampan', version: '0' },
      pages: [],
      entries: entries.toReversed().map(harEntry),
    },
  };
}

function harEntry(entry: RequestEntry): object {
  const { waitMs, verifyMs, bodyMs, storeMs, answerMs } = entry.phases;
  const url = `${entry.secure ? 'https' : 'http'}://${entry.host}${entry.address}`;
  const common = { httpVersion: 'HTTP/1.1', cookies: [], headersSize: -1 };
  const timings = { blocked: waitMs, send: bodyMs, wait: verifyMs + storeMs, receive: answerMs };
  const spent = Object.values(timings).reduce((sum, ms) => sum + ms, 0);
  return {
    startedDateTime: entry.startedAt,
    time: spent,
    request: {
      ...common,
      method: entry.method,
      url,
      headers: [
        { name: 'Host', value: entry.host },
        ...(entry.userAgent === undefined ? [] : [{ name: 'User-Agent', value: entry.userAgent }]),
      ],
      queryString: queryOf(entry.address),
      bodySize: entry.receivedBytes,
    },
    response: {
      ...common,
      status: entry.status,
      // Not imported: edge.ts says what an import of it costs.
      statusText: process.getBuiltinModule('node:http').STATUS_CODES[entry.status] ?? '',
      headers: [{ name: 'x-cos-request-id', value: entry.id }],
      content: { size: entry.sentBytes, mimeType: '' },
      redirectURL: '',
      bodySize: entry.sentBytes,
    },
    cache: {},
    timings: { dns: -1, connect: -1, ssl: -1, ...timings },
    serverIPAddress: '',
    _sampan: entry,
  };
}

function queryOf(address: string): readonly { name: string; value: string }[] {
  const mark = address.indexOf('?');
  if (mark < 0) return [];
  return [...new URLSearchParams(address.slice(mark + 1))].map(([name, value]) => ({ name, value }));
}

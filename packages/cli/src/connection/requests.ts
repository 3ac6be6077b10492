/** Prints requests for `--debug`, and a hint when the service is unreachable. Queries and headers may hold secrets. */
import { channel } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { t } from '../terminal/messages.ts';
import type { Output } from '../terminal/output.ts';

const complaintEveryMs = 5000;
const started = new WeakMap<ClientRequest, number>();

/** Follows the requests of this process from now on. Source: https://nodejs.org/api/diagnostics_channel.html#http */
export function watchRequests(output: Output, now: () => number = () => performance.now()): void {
  let complainedAtMs = -Infinity;
  channel('http.client.request.start').subscribe((message) => {
    const { request } = message as { readonly request: ClientRequest };
    started.set(request, now());
  });
  channel('http.client.response.finish').subscribe((message) => {
    const { request, response } = message as {
      readonly request: ClientRequest;
      readonly response: IncomingMessage;
    };
    output.debug(() => {
      const id = response.headers['x-cos-request-id'];
      const ms = Math.round(now() - (started.get(request) ?? now()));
      return `${placeOf(request)} ${response.statusCode ?? 0} ${ms} ms${id === undefined ? '' : ` ${String(id)}`}`;
    });
  });
  channel('http.client.request.error').subscribe((message) => {
    const { request, error } = message as { readonly request: ClientRequest; readonly error: Error };
    const code = (error as { readonly code?: string }).code ?? error.name;
    output.debug(() => `${placeOf(request)} ${code}`);
    // A request that the command itself stopped is no trouble of the network.
    if (request.destroyed && code === 'ABORT_ERR') return;
    if (now() - complainedAtMs < complaintEveryMs) return;
    complainedAtMs = now();
    output.detail(t`a request to ${request.host} failed (${code})`);
  });
}

/** Method, host and path; of the query only the names. */
function placeOf(request: ClientRequest): string {
  const [path = '', query = ''] = request.path.split('?');
  const names = [...new URLSearchParams(query).keys()].filter((name) => !name.startsWith('q-'));
  return `${request.method} ${request.host}${path}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

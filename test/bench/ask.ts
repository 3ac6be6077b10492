/** A request to a contender beside those that are measured. */
import { request } from 'node:http';

/** Asks for an address on this machine, without a body; gives the status of the answer. */
export function ask(
  method: 'GET' | 'PUT',
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const more = method === 'PUT' ? { 'content-length': 0 } : {};
    const asked = request({ host: '127.0.0.1', port, path, method, headers: { ...headers, ...more } });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

/**
 * The console: static files that the build puts beside the service, read at the first request for one of them. They are
 * answered with a policy that lets the page load from and speak to this origin alone.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ReservedRoute } from '../http/message.ts';

/** Built modules are all in `dist`; sources are two folders below the package. */
const consoleFolder = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/console/' : './console/', import.meta.url),
);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

// The SDK sums CRC-64 with WebAssembly and MD5 in a worker that it makes from a blob. Previews are read from this origin.
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const security: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Objects are of the same origin when the bucket is in the path: a page among them gets no hold of this one.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

interface ConsoleFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Uint8Array;
  readonly zipped: Uint8Array;
  /** Its name changes with its content. */
  readonly isLasting: boolean;
}

/** Answers the paths below `/-/console/`. The files are in `folder`. */
export function consoleRoute(folder: string = consoleFolder): ReservedRoute {
  let files: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;
  return async ({ method, headers }, below) => {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { allow: 'GET, HEAD' } };
    files ??= readFiles(folder);
    const all = await files;
    // A build that comes later is found without a restart.
    if (all.size === 0) files = undefined;
    const file = all.get(below.replace(/\?.*$/s, '') || 'index.html');
    if (!file) return { status: 404, headers: { 'content-type': 'text/plain' }, body: missing(all.size) };
    const common = {
      ...security,
      etag: file.etag,
      'cache-control': file.isLasting ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
    };
    if (headers['if-none-match'] === file.etag) return { status: 304, headers: common };
    const isZipped = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
    return {
      status: 200,
      headers: { ...common, 'content-type': file.type, ...(isZipped ? { 'content-encoding': 'gzip' } : {}) },
      body: isZipped ? file.zipped : file.bytes,
    };
  };
}

/** Sends a browser that left the last slash out to the console, so that its relative addresses hold. */
export const consoleRedirect: ReservedRoute = async () => ({
  status: 308,
  headers: { location: '/-/console/' },
});

function missing(files: number): string {
  return files === 0 ? 'the console is not built: run npm run build\n' : 'not found\n';
}

const zip = promisify(gzip);

async function readFiles(folder: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = names
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<[string, ConsoleFile]> => {
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      const name = path.slice(folder.length).replaceAll('\\', '/').replace(/^\//, '');
      const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
      const type = types[extname(name)] ?? 'application/octet-stream';
      return [name, { type, etag, bytes, zipped: await zip(bytes), isLasting: name.startsWith('assets/') }];
    });
  return new Map(await Promise.all(files));
}
